"""What README's chapter "When things go wrong" tells to do is done here word for word: a command that stands there and
not in this file, or the other way round, fails."""

import pathlib
import re
import shlex
import signal

import pytest
from release_tools import BUCKET, HOME, until
from test_direct import check_no_doubles as check_direct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHAPTER = (ROOT / "README.md").read_text(encoding="utf-8").split("## When things go wrong\n")[1].split("\n## ")[0]
MEANT = {"NAME": "acme/1", "my-images": BUCKET, "REGION": HOME}
HOLDS = {"action": "CopyImage", "kind": "throttle", "count": 0}


def told():
    """The commands of the chapter, each once, in its order."""
    words = [" ".join(command.split()) for command in re.findall(r"`(tatami [^`]+)`", CHAPTER)]
    return list(dict.fromkeys(words))


def start(site, command, *more):
    """The command as the chapter has it; the state folder is where the tester's environment says."""
    words = [MEANT.get(word, word) for word in shlex.split(command)[1:]]
    return site.start(*words, *more)


def run(site, command, *more):
    return start(site, command, *more).finish()


def begin(site, *more, state="importing", way="import"):
    """A release in mid-course."""
    words = site.arguments(way=way)
    at = words.index("--state")
    started = site.start(*words[:at], *words[at + 2:], "--public", "--stall", "6000", *more)
    assert started.wait_for_event(state=state)
    return started


def go_elsewhere(site):
    site.env["XDG_STATE_HOME"] = str(site.folder / "elsewhere")


def check_done(site):
    site.check_no_doubles()
    site.check_public()


def resume(site, command):
    begin(site).kill()
    run(site, command).ended(0)
    check_done(site)


def stop(started):
    """A clean stop gives the lease back; of who died it is known only after a while that he did."""
    started.send(signal.SIGTERM)
    started.finish().ended(130)


def resume_elsewhere(site, command):
    stop(begin(site))
    go_elsewhere(site)
    run(site, command).ended(0)
    check_done(site)


def resume_direct(site, command):
    stop(begin(site, state="pending", way="direct"))
    go_elsewhere(site)
    # Tags show a little late: whoever is as quick as a test looks again.
    until(lambda: run(site, command).status == 0)
    check_direct(site)
    site.check_public()


def take_over(site, command):
    site.sim.faults(HOLDS)
    old = begin(site)
    go_elsewhere(site)
    new = start(site, command, "--bucket", BUCKET, "--yes")
    old.finish().ended(130)
    site.sim.clear_faults()
    new.finish().ended(0)
    check_done(site)


def attach(site, command):
    site.sim.faults(HOLDS)
    old = begin(site)
    new = start(site, command, "--json")
    old.finish().ended(130)
    site.sim.clear_faults()
    new.finish().ended(0)
    check_done(site)


def cancel(site, command):
    begin(site).kill()
    run(site, command, "--yes").ended(0)
    state = site.sim.state()
    assert (site.sim.images(imageState="available"), state["snapshots"], site.sim.objects()) == ([], [], [])


def released(site):
    begin(site, state="public").finish().ended(0)


def unpublish(site, command):
    released(site)
    run(site, command, "--yes").ended(0)
    site.check_private()


def publish(site, command):
    released(site)
    run(site, "tatami unpublish NAME", "--yes").ended(0)
    run(site, command, "--yes").ended(0)
    check_done(site)


def whoami(site, command):
    assert "123456789012" in run(site, command).ended(0).text


COMMANDS = {
    "tatami resume": resume,
    "tatami resume NAME --bucket my-images": resume_elsewhere,
    "tatami resume NAME --home REGION": resume_direct,
    "tatami resume NAME --take-over": take_over,
    "tatami attach": attach,
    "tatami cancel NAME": cancel,
    "tatami cancel": cancel,
    "tatami unpublish NAME": unpublish,
    "tatami publish NAME": publish,
    "tatami whoami": whoami,
}
# What takes more than a line to set up is done elsewhere, by these words.
ELSEWHERE = {
    "tatami release result --adopt upload-ami --prefix nixos/ --run-id 7 --bucket my-images": (
        "scenario/test_adopt.py", "def test_upload_ami_in_each_stage"),
    "tatami release result --adopt ~/amis/ec2-images --bucket my-images": (
        "scenario/test_adopt.py", "def test_create_amis_in_each_stage"),
    "tatami cleanup": ("scenario/test_cleanup_run.py", "def test_killed_at_every_step"),
}
# Where each key is pressed.
KEYS = {
    "q": ("screens/leave.tt", "key q"), "s": ("screens/leave.tt", "type s"), "r": ("screens/stall.tt", "key r"),
    "x": ("screens/stall.tt", "key x"), "z": ("screens/private.tt", "key z"),
    "L": ("scenario/test_login.py", 'console.press("L")'),
    "b": ("scenario/test_background.py", 'press("b")'),
}


@pytest.mark.parametrize("command", told())
def test_command(site, command):
    if command in ELSEWHERE:
        path, words = ELSEWHERE[command]
        assert words in (ROOT / "tests" / path).read_text(encoding="utf-8")
        return
    assert command in COMMANDS, "README tells to do what no test does"
    COMMANDS[command](site, command)


def test_nothing_else():
    assert set(COMMANDS) | set(ELSEWHERE) == set(told())


def test_keys():
    """Every key that the chapter names is pressed somewhere."""
    assert set(re.findall(r"`([a-zA-Z])`", CHAPTER)) == set(KEYS)
    for path, words in KEYS.values():
        assert words in (ROOT / "tests" / path).read_text(encoding="utf-8"), (path, words)
