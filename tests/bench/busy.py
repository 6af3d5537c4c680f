"""The console while two images are copied to 34 regions and a third is uploaded."""

import contextlib
import pathlib
import statistics
import tempfile
import time

from clockhand import ClockHand, Pace
from terminal import Terminal, costs
from tools import Row, Sim, environment, image_arguments, release_arguments

HASTE = 500           # until the copies are in flight
SPEED = 60
SECONDS = {1: 10, SPEED: 4}
KEYS, KEY_EVERY_S = 100, 0.03
COPIES = 66           # of two images, into every region but the home one
UPLOAD_MIB, RATE = 384, "8M"  # lasts longer than the bench looks
WRITTEN_BUDGET, CPU_BUDGET, FRAMES_BUDGET, KEY_BUDGET_MS = 1000, 2, 10, 50


def key_times_ms(terminal):
    """Of keys that come at a person's quickest, in order of length."""
    times = []
    for n in range(KEYS):
        until = time.monotonic() + KEY_EVERY_S
        times.append(1000 * terminal.press("jk"[n % 2]))
        while (left := until - time.monotonic()) > 0:
            terminal.read(left)
    return sorted(times)


@contextlib.contextmanager
def in_flight(build, speed):
    """A console with all copies on their way, in time that runs so fast."""
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        sim = stack.enter_context(Sim(build, folder, "--speed", speed, "--discard"))
        paths = image_arguments(folder, 1, 1, UPLOAD_MIB)
        command = [build / "tatami", *release_arguments(folder, paths, "--max-rate", RATE)]
        hand = ClockHand(folder) if speed == 1 else None
        clock = hand.setting if hand else str(speed)
        terminal = stack.enter_context(Terminal(command, environment(folder, sim.url, TATAMI_CLOCK=clock), folder))
        pace = stack.enter_context(Pace(hand, sim, HASTE)) if hand else None
        terminal.go()
        while sim.count("CopyImage") < COPIES:
            terminal.read_for(0.1)
        if pace:
            pace.set_speed(speed)
            terminal.read_for(1)
        yield terminal
        assert sim.count("CompleteMultipartUpload") == 2, "the upload has ended"


def cost_rows(of, cost):
    yield Row(f"{of}: written", cost["bytes_s"], "B/s", "budget", WRITTEN_BUDGET)
    yield Row(f"{of}: CPU", 100 * cost["cpu"], "%", "budget", CPU_BUDGET)
    yield Row(f"{of}: frames", cost["frames_s"], "/s", "budget", FRAMES_BUDGET)


def rows_of(build):
    with in_flight(build, 1) as terminal:
        cost, = costs([terminal], SECONDS[1])
    yield from cost_rows("in flight", cost)
    with in_flight(build, SPEED) as terminal:
        cost, = costs([terminal], SECONDS[SPEED])
        times = key_times_ms(terminal)
    of = f"in flight, {SPEED} times as fast"
    yield from cost_rows(of, cost)
    yield Row(f"{of}: wakeups", cost["wakeups_s"], "/s")
    yield Row(f"{of}: key to its frame, p50", statistics.median(times), "ms", "budget", KEY_BUDGET_MS)
    yield Row(f"{of}: key to its frame, p99", times[KEYS * 99 // 100 - 1], "ms", "budget", KEY_BUDGET_MS)
