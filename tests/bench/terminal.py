"""A program on a terminal of its own, which counts what it writes."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time

from threads import Threads

COLUMNS, ROWS = 120, 36
LIMIT_S = 120


class Terminal:
    """Counts `written` bytes and, of tatami, `frames` and the `keys` that they show (it tells on TATAMI_TEST_FD)."""

    def __init__(self, command, env, folder):
        self.pty, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.report, told = os.pipe()
        self.process = subprocess.Popen(
            command, cwd=folder, env={**env, "TATAMI_TEST_FD": str(told)}, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, pass_fds=[told], preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        os.close(told)
        self.threads = Threads(self.process.pid)
        self.written = self.frames = self.busy = self.keys = 0
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.threads.close()
        os.close(self.pty)
        os.close(self.report)

    def read(self, wait_s):
        """Takes what is there, waiting so long for it; whether there was anything."""
        ready = select.select([self.pty, self.report], [], [], wait_s)[0]
        if self.pty in ready:
            self.written += len(os.read(self.pty, 65536))
        if self.report in ready:
            *lines, self.rest = (self.rest + os.read(self.report, 65536)).split(b"\n")
            for line in lines:
                words = line.split()
                self.frames, self.busy, self.keys = int(words[1]), int(words[3]), int(words[5])
            if not lines and not self.rest:
                raise EOFError("the program has ended")
        return bool(ready)

    def read_for(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def read_until(self, wanted):
        end = time.monotonic() + LIMIT_S
        while not wanted():
            self.read(0.01)
            assert time.monotonic() < end, "it never came"

    def go(self):
        """Starts the release whose plan is shown, once it is."""
        self.read_until(lambda: self.frames > 1 and self.busy == 0)
        os.write(self.pty, b":go\r")
        self.read_until(lambda: self.busy > 0)

    def press(self, key):
        """Seconds until the frame that shows what the key did has been written."""
        wanted = self.keys + 1
        start = time.monotonic()
        os.write(self.pty, key.encode())
        self.read_until(lambda: self.keys >= wanted)
        return time.monotonic() - start


def costs(terminals, seconds):
    """What each terminal's program costs, all watched at the same time: [{bytes_s, wakeups_s, cpu, frames_s}]."""
    def meters():
        return [(t.written, t.threads.switches(), t.threads.cpu_s(), t.frames) for t in terminals]

    start, before = time.monotonic(), meters()
    while (left := start + seconds - time.monotonic()) > 0:
        select.select([t.pty for t in terminals] + [t.report for t in terminals], [], [], left)
        for terminal in terminals:
            terminal.read(0)
    spent, after = time.monotonic() - start, meters()
    names = "bytes_s", "wakeups_s", "cpu", "frames_s"
    return [{name: (new - old) / spent for name, new, old in zip(names, now, then)}
            for now, then in zip(after, before)]
