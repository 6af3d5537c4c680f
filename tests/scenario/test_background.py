"""Left for the background at the console, a release goes on without a screen; `attach` takes it back."""

import contextlib
import os
import pty
import select
import signal
import sqlite3
import time

import pytest

from release_tools import DEADLINE_S, PROGRAM, until

HOLDS = {"action": "CopyImage", "kind": "throttle", "count": 0}


class Console:
    """tatami on a terminal of its own."""

    def __init__(self, site, *words, shell=None):
        """With a shell's words around them, where the program stands as "$@"."""
        self.seen = b""
        command = [str(PROGRAM), *map(str, words)]
        if shell is not None:
            command = ["/bin/bash", "--norc", "-mc", shell, "bash", *command]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(site.folder)
            os.execve(command[0], command, {**site.env, "TERM": "xterm", "LC_ALL": "C.UTF-8"})

    def read(self):
        if select.select([self.terminal], [], [], 0.05)[0]:
            try:
                self.seen += os.read(self.terminal, 65536)
            except OSError:
                return False
        return True

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def wait_for(self, look):
        end = time.monotonic() + DEADLINE_S
        while not look():
            assert time.monotonic() < end, self.seen[-2000:]
            self.read()

    def finish(self):
        end = time.monotonic() + DEADLINE_S
        while True:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read() and select.select([self.terminal], [], [], 0)[0]:
                    pass
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < end, self.seen[-2000:]


@pytest.fixture
def console(site):
    """A release that cannot end by itself."""
    site.sim.faults(HOLDS)
    words = site.arguments(json=False)
    opened = Console(site, *words, "--public", "--stall", "6000")
    opened.wait_for(lambda: site.sim.count("ImportSnapshot") > 0)
    yield opened
    if opened.terminal is not None:
        os.close(opened.terminal)


def check_finished(site):
    until(lambda: site.sim.objects() == [] and len(site.sim.images(imageState="available")) == 3)
    until(lambda: "Done: 3 AMIs" in (site.state / "background.log").read_text())
    site.check_no_doubles()
    site.check_public()


def test_left_for_the_background(site, console):
    console.press("q")
    console.wait_for(lambda: b"LEAVE?" in console.seen)
    console.press("b")
    assert console.finish() == 130
    assert b"tatami attach acme/1" in console.seen
    site.sim.clear_faults()
    check_finished(site)


def test_attached_again(site, console):
    console.press("q")
    console.wait_for(lambda: b"LEAVE?" in console.seen)
    console.press("b")
    assert console.finish() == 130
    until(lambda: (site.state / "background.log").read_text() != "")
    run = site.start("attach", "acme/1", "--state", site.state, "--json")
    assert run.wait_for_event(event="release", state="running")
    site.sim.clear_faults()
    run.finish().ended(0)
    assert "Stopped" in (site.state / "background.log").read_text()
    site.check_no_doubles()
    site.check_public()


def limits(site):
    with contextlib.closing(sqlite3.connect(site.state / "journal.db")) as journal:
        return dict(journal.execute("SELECT key, value FROM fact WHERE key IN ('connections/0/', 'max-rate/0/') "
                                    "ORDER BY number"))


def test_the_limits_stay(site):
    """Whoever goes on without a word about them keeps to them: the background, and `attach` after it."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    words = site.arguments(json=False, bucket=None, paths=[f"{site.image('long', 24)},arch=x86_64,boot-mode=uefi"])
    console = Console(site, *words, "--max-rate", "100M", "--connections", "4")
    console.wait_for(lambda: site.sim.fault_hits() == [4])
    console.wait_for(lambda: b"left " in console.seen)
    console.press("-")
    console.wait_for(lambda: limits(site) == {"connections/0/": "3", "max-rate/0/": str(100 << 20)})
    console.press("qb")
    assert console.finish() == 130
    until(lambda: site.sim.fault_hits()[0] >= 4 + 3)
    assert site.sim.fault_hits() == [4 + 3]
    run = site.start("attach", "acme/1", "--state", site.state, "--json")
    until(lambda: site.sim.fault_hits()[0] >= 4 + 3 + 3)
    assert site.sim.fault_hits() == [4 + 3 + 3]
    run.kill()


def test_the_line_breaks(site, console):
    """ssh dropped: nobody is there to look on, and nothing stops."""
    os.kill(console.pid, signal.SIGHUP)
    console.finish()
    site.sim.clear_faults()
    check_finished(site)


def test_the_terminal_is_gone(site, console):
    os.close(console.terminal)
    console.terminal = None
    until(lambda: os.waitpid(console.pid, os.WNOHANG)[0] != 0)
    site.sim.clear_faults()
    check_finished(site)


def test_suspended_and_back(site):
    """^Z says first that the upload stops too; the terminal is the shell's until `fg`, then all is drawn again."""
    site.sim.faults({"action": "UploadPart", "kind": "delay", "delay_ms": 500, "count": 0})
    opened = Console(site, *site.arguments(json=False), "--stall", "6000",
                     shell='"$@"; stty -a; echo "the shell"; read; fg; exit $?')
    opened.wait_for(lambda: site.sim.count("UploadPart") > 0)
    opened.press("\x1a")
    opened.wait_for(lambda: b"^Z again suspends" in opened.seen)
    opened.press("\x1a")
    opened.wait_for(lambda: b"the shell" in opened.seen)
    before, after = opened.seen.rsplit(b"\x1b[?1049l", 1)
    assert b"\x1b[?2004l" in before and b" icanon" in after and b" echo " in after
    site.sim.clear_faults()
    seen = len(opened.seen)
    opened.press("\r")
    opened.wait_for(lambda: b"\x1b[?1049h" in opened.seen[seen:] and b"tatami" in opened.seen[seen:])
    opened.wait_for(lambda: b"Done: 3 AMIs" in opened.seen)
    opened.press("q")
    assert opened.finish() == 0
    site.check_no_doubles()
