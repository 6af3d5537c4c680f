"""Secrets stay in memory: a key, a session token and a proxy's password that are known by sight, through every verb at
`--trace` with a crash on the way, are then looked for wherever a run leaves something."""

import base64
import json
import os
import pathlib
import resource
import signal
import subprocess
import threading
import time
import urllib.parse

import pytest

from release_tools import PROGRAM, until
from test_background import HOLDS, Console

KEY = "ASIACANARYCANARY0001"
SECRET = "Sec+ret/canary=x7Qp9ZkL2mWv8RtYb3NdJ5hGc"
TOKEN = "TOK/canary+f00dKq2XwE9rUi7OpAs4DfGh6JkLz1XcVb3Nm//=="
PASSWORD = "pa55canary!Tz%9"
SECRETS = [SECRET, TOKEN, PASSWORD]


def forms(secret):
    """As bytes: plain, in a URL, in a form, in JSON, in hexadecimal, reversed, and in base64 at any place of a text."""
    raw = secret.encode()
    yield from (raw, raw[::-1], raw.hex().encode(), raw.hex().upper().encode())
    yield from (f(secret).encode() for f in (urllib.parse.quote, urllib.parse.quote_plus))
    yield urllib.parse.quote(secret, safe="").lower().encode()
    yield json.dumps(secret)[1:-1].replace("/", "\\/").encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        yield coded[(before * 8 + 5) // 6:-2]
    yield raw[:16]  # cut short is told as well


def found_in(data):
    return [form for secret in SECRETS for form in forms(secret) if form in data]


class Watcher(threading.Thread):
    """Reads the command line of every tatami that runs for a site, until the end."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.lines, self.over = os.fsencode(folder), set(), threading.Event()

    def run(self):
        while not self.over.is_set():
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes()
                except OSError:
                    continue
                if self.folder in line:
                    self.lines.add(line)
            time.sleep(0.02)


@pytest.fixture
def vault(make_site):
    site = make_site(world={"accounts": [{"id": "123456789012", "keys": [{
        "id": KEY, "secret": SECRET, "session_token": TOKEN, "arn": "arn:aws:iam::123456789012:user/release"}]}]})
    site.env |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
    site.said = []
    site.watcher = Watcher(site.folder)
    site.watcher.start()
    yield site
    site.watcher.over.set()
    site.watcher.join()


def check(site):
    """Nothing of them in what it printed, wrote, showed, or was called with; and no core file."""
    assert site.watcher.lines
    assert not found_in(b"\n".join(site.said))
    assert not found_in(b"\n".join(site.watcher.lines))
    read = 0
    for path in site.folder.rglob("*"):
        assert not path.name.startswith("core")
        if path.is_file() and path.suffix != ".raw" and path.name != "world.json":
            assert not found_in(path.read_bytes()), path
            read += 1
    assert read >= 3


def say(site, *words, statuses=(0,), **env):
    run = site.run(*words, env=env)
    site.said.append(run.text.encode())
    assert run.status in statuses, run.text
    return run


def with_core_files():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def crash(site, *words):
    """Ends as by a mistake of its own, in the middle of its work, where core files are allowed."""
    before = site.sim.count("CopyImage")
    with open(site.folder / "crash.out", "wb") as out:
        process = subprocess.Popen([PROGRAM, *map(str, words)], env=site.env, cwd=site.folder, stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out, preexec_fn=with_core_files)
    try:
        until(lambda: site.sim.count("CopyImage") > before)
    finally:
        process.send_signal(signal.SIGSEGV)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = status
    # A sanitizer catches the signal, tells of it and ends in its own way.
    ends = os.WTERMSIG(status) == signal.SIGSEGV if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) == 66
    assert (ends or os.WTERMSIG(status) == signal.SIGABRT) and not os.WCOREDUMP(status)


def test_the_search_finds_them():
    """Else the rest would say nothing."""
    for secret in SECRETS:
        for text in (secret, urllib.parse.quote_plus(secret), json.dumps({"a": secret}), "x" + secret[:20]):
            assert found_in(text.encode())
        for before in range(3):
            assert found_in(base64.b64encode(b"a" * before + secret.encode() + b"tail"))
    assert not found_in(b"canary")


@pytest.mark.smoke
def test_every_verb(vault):
    """In lines and in JSON, with a crash in the middle of the release."""
    site, state = vault, ("--state", vault.state, "--trace")
    site.sim.faults(HOLDS)
    release = site.arguments()
    crash(site, *release, "--public", "--trace")
    site.sim.clear_faults()
    for words in (["resume", "--json", *state], ["whoami", *state], ["list", "acme/1", *state],
                  ["unpublish", "acme/1", "--yes", *state], ["publish", "acme/1", "--yes", *state],
                  ["watch", "--no-ui", "--follow", "acme/1", *state],
                  ["cleanup", "--name", "acme/*", "--plan", site.folder / "plan.json", *state],
                  ["attach", *state], ["cleanup", "--restore", *state]):
        say(site, *words, statuses=(0, 3, 4))
    chosen = json.loads((site.folder / "plan.json").read_text())
    say(site, "cleanup", "--apply", site.folder / "plan.json", "--yes", chosen["hash"], *state, statuses=(0, 3, 4))
    site.sim.faults(HOLDS)
    crash(site, *site.arguments(name="acme/2"), "--name", "acme2/{label}-{system}", "--trace")
    site.sim.clear_faults()
    say(site, "cancel", "acme/2", "--yes", *state)
    log = (site.state / "log.jsonl").read_text()
    assert "CopyImage" in log and "try 1" in log  # --trace was there
    check(site)


def test_what_errors_say(vault):
    """Refused keys, a server that is not there, a proxy with a password, an answer that shows what it was asked."""
    site = vault
    state = ("--state", site.state, "--trace")
    say(site, "whoami", *state, statuses=(1,), AWS_SECRET_ACCESS_KEY=SECRET + "wrong")
    say(site, "whoami", *state, statuses=(1, 130), AWS_SESSION_TOKEN=TOKEN + "wrong")
    say(site, "whoami", *state, statuses=(1, 2), AWS_ENDPOINT_URL="https://127.0.0.1:9", AWS_MAX_ATTEMPTS="1",
        HTTPS_PROXY=f"http://user:{urllib.parse.quote(PASSWORD)}@127.0.0.1:9")
    say(site, "whoami", *state, statuses=(1, 2), AWS_ENDPOINT_URL=f"http://user:{urllib.parse.quote(PASSWORD)}@127.0.0.1:9",
        AWS_MAX_ATTEMPTS="1")
    for code in ("SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "InternalError"):
        site.sim.faults({"action": "GetCallerIdentity", "kind": "error", "code": code, "status": 400, "count": 1})
        say(site, "whoami", *state, statuses=(0, 1, 130), AWS_MAX_ATTEMPTS="1")
    say(site, "release", "--secret", *state, statuses=(2,))
    say(site, "resume", *state)
    check(site)


def test_the_screen_and_the_background(vault):
    """What was drawn, and what the process that goes on is called with and writes."""
    site = vault
    site.sim.faults(HOLDS)
    console = Console(site, *site.arguments(json=False), "--public", "--stall", "6000", "--trace")
    console.wait_for(lambda: site.sim.count("CopyImage") > 0)
    for key in ("?", "\033", "E", "\033", ":", "\033"):
        console.press(key)
        for _ in range(4):
            console.read()
    os.kill(console.pid, signal.SIGHUP)
    console.finish()
    os.close(console.terminal)
    site.sim.clear_faults()
    until(lambda: "Done" in (site.state / "background.log").read_text()
          if (site.state / "background.log").exists() else False)
    site.said.append(console.seen)
    assert b"acme/1" in console.seen
    assert any(b"resume" in line for line in site.watcher.lines)
    check(site)
