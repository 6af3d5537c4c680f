"""Credentials that are over in mid-release: where somebody looks on it pauses, says what to do, and goes on after a new
login; without a terminal it ends with one sentence, resumable. And a program that stood still for hours."""

import os
import signal
import sqlite3

import pytest

from release_tools import BUCKET, BUILD, SECRET, until
from test_background import Console


class Login:
    """Session keys in a credentials file, as a helper of SAML or SSO writes them."""

    def __init__(self, site):
        self.site, self.number = site, 0
        self.env = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
                    "AWS_SHARED_CREDENTIALS_FILE": str(site.folder / "credentials")}
        site.env.update(self.env)
        self.renew()

    def key(self, expires_in_s):
        return {"id": f"ASIATATAMISIM{self.number}", "secret": SECRET, "session_token": f"token{self.number}",
                "expires_in_s": expires_in_s}

    def renew(self):
        self.number += 1
        key = self.key(3600)
        self.site.sim.ask("keys", {"keys": [key]})
        (self.site.folder / "credentials").write_text(
            f"[default]\naws_access_key_id = {key['id']}\naws_secret_access_key = {SECRET}\n"
            f"aws_session_token = {key['session_token']}\n")

    def end(self):
        self.site.sim.ask("keys", {"keys": [self.key(-1)]})


STAGES = [{"action": "UploadPart", "delay_ms": 300}, {"action": "CopyImage", "delay_ms": 300},
          {"action": "ModifyImageAttribute", "delay_ms": 300}]


def paused(site, login, stage):
    """A console whose keys end at that stage."""
    site.sim.faults({"kind": "delay", **stage})
    console = Console(site, *site.arguments(json=False), "--public", "--stall", "600")
    console.wait_for(lambda: site.sim.fault_hits() > [0])
    login.end()
    console.wait_for(lambda: b"Paused, nothing is lost" in console.seen)
    return console


def phase(site):
    with sqlite3.connect(site.state / "journal.db") as journal:
        return journal.execute("SELECT phase FROM release").fetchone()[0]


def leave(console):
    console.wait_for(lambda: b"Done: 3 AMIs" in console.seen)
    console.press("q")
    assert console.finish() == 0


@pytest.mark.smoke
def test_the_console_pauses(for_each):
    def check(site, stage):
        login = Login(site)
        console = paused(site, login, stage)
        console.press("L")
        login.renew()
        console.press("L")
        leave(console)
        assert b"get new" in console.seen
        site.check_no_doubles()
        site.check_public()

    for_each(check, STAGES)


def test_it_goes_on_by_itself(site):
    login = Login(site)
    console = paused(site, login, STAGES[1])
    login.renew()
    leave(console)
    site.check_no_doubles()


def test_left_while_it_pauses(site):
    login = Login(site)
    console = paused(site, login, STAGES[1])
    console.press("q")
    console.wait_for(lambda: b"LEAVE?" in console.seen)
    console.press("s")
    assert console.finish() == 130
    login.renew()
    site.run("resume", "--state", site.state, "--json").ended(0)
    site.check_no_doubles()


def test_without_a_terminal(site):
    login = Login(site)
    site.sim.faults({"kind": "delay", **STAGES[1]})
    run = site.start_release("--public")
    until(lambda: site.sim.fault_hits() > [0])
    login.end()
    run.finish().ended(130)
    assert "expired" in run.result["text"].lower()
    login.renew()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_the_environment_stays_as_it_is(site):
    """No login reaches the environment of a program that runs: it stops, also where somebody looks on."""
    key = {"id": "ASIATATAMISIM", "secret": SECRET, "session_token": "first", "expires_in_s": 3600}
    site.sim.ask("keys", {"keys": [key]})
    site.sim.faults({"kind": "delay", **STAGES[1]})
    site.env.update({"AWS_ACCESS_KEY_ID": key["id"], "AWS_SESSION_TOKEN": "first"})
    console = Console(site, *site.arguments(json=False))
    console.wait_for(lambda: site.sim.fault_hits() > [0])
    site.sim.ask("keys", {"keys": [{**key, "expires_in_s": -1}]})
    console.wait_for(lambda: phase(site) == "stopped")
    os.kill(console.pid, signal.SIGTERM)
    assert console.finish() == 130


def test_a_machine_that_slept(site):
    """Stopped for hours of AWS's time in mid-copy: nothing has stalled, and all is looked at again."""
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 5})
    run = site.start_release("--public", "--stall", "30")
    assert run.wait_for_event(event="cell", state="pending")
    run.send(signal.SIGSTOP)
    before = site.sim.clock()["now_ms"]
    until(lambda: site.sim.clock()["now_ms"] > before + 4000 * site.speed)
    run.send(signal.SIGCONT)
    run.finish().ended(0)
    assert "stood still" in run.text
    site.check_no_doubles()
    site.check_public()


@pytest.mark.parametrize("bucket", [BUCKET, None])
@pytest.mark.parametrize("seconds", [-5 * 3600, 9 * 3600])
def test_a_clock_that_is_wrong(site, bucket, seconds):
    """Hours off: STS, EC2, S3 and EBS say what time it is, and each is believed."""
    site.env |= {"LD_PRELOAD": str(BUILD / "tests" / "skew.so"), "TATAMI_SKEW_S": str(seconds)}
    site.release("--public", bucket=bucket).ended(0)
    site.check_no_doubles(dead_tasks=0 if bucket else -1)
    site.check_public()
