"""A release in time that moves only while nothing is being done, so that the time it takes is what it waits."""

import subprocess
import time

from clockhand import NEVER, ClockHand
from threads import Threads, all_asleep

LIMIT_S = 120


class Stepped:
    """tatami and a simulator with both clocks in hand. After run(): `elapsed_ms`, `status`, `steps`."""

    def __init__(self, sim, command, folder, env):
        self.sim, self.hand, self.steps = sim, ClockHand(folder), 0
        self.start_ms = sim.ask("clock", {"stop": True})["now_ms"]
        with open(folder / "output", "wb") as output:
            self.process = subprocess.Popen(command, env={**env, "TATAMI_CLOCK": self.hand.setting}, cwd=folder,
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.hand.take()
        self.threads = [Threads(self.process.pid), Threads(sim.process.pid)]

    def wait_until_quiet(self):
        """False when tatami has ended instead."""
        end = time.monotonic() + LIMIT_S
        while self.process.poll() is None:
            try:
                if all_asleep(self.threads):
                    return True
            except FileNotFoundError:
                continue
            assert time.monotonic() < end, "it never becomes quiet"
        return False

    def next_ms(self):
        """The earlier one of tatami's deadline and the simulator's event; None at the end."""
        deadline = self.hand.move(self.hand.now_ms)
        event = self.sim.ask("clock").get("next_ms", NEVER)
        return None if deadline is None else min(deadline, event - self.start_ms)

    def step(self, to_ms):
        """The simulator first: what happens at a moment can be seen at it."""
        ahead_ms = self.start_ms + to_ms - self.sim.ask("clock")["now_ms"]
        self.sim.ask("clock", {"step": (max(ahead_ms, 0) + 0.5) / 1000})
        self.hand.move(to_ms)
        self.steps += 1

    def run(self, at_step=lambda: None):
        """Until tatami ends; at_step() is called whenever all is quiet, before time moves."""
        try:
            while self.wait_until_quiet():
                at_step()
                to_ms = self.next_ms()
                if to_ms is None:
                    break
                self.step(to_ms)
            self.status = self.process.wait(timeout=LIMIT_S)
        finally:
            self.process.kill()
            self.hand.close()
            for threads in self.threads:
                threads.close()
        self.elapsed_ms = self.hand.now_ms
        return self
