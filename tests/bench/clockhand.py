"""tatami's clock, held in this program's hand: TATAMI_CLOCK=@PATH (base/clock_step.h)."""

import socket
import struct
import threading
import time

NEVER = (1 << 63) - 1
TICK_S = 0.05
LIMIT_S = 60


class ClockHand:
    """Listens in a folder; `setting` is what TATAMI_CLOCK must be."""

    def __init__(self, folder):
        self.now_ms, self.connection = 0, None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / "clock"))
        self.listener.listen(1)
        self.listener.settimeout(LIMIT_S)
        self.setting = f"@{folder / 'clock'}"

    def take(self):
        """Once the program has been started."""
        self.connection = self.listener.accept()[0]
        self.listener.close()

    def move(self, to_ms):
        """The deadline of its earliest wait, or None when it has ended."""
        self.now_ms = max(self.now_ms, to_ms)
        try:
            self.connection.sendall(struct.pack("=q", self.now_ms))
            answer = self.connection.recv(8, socket.MSG_WAITALL)
        except (BrokenPipeError, ConnectionResetError):
            return None
        return struct.unpack("=q", answer)[0] if len(answer) == 8 else None

    def close(self):
        self.connection.close()


class Pace(threading.Thread):
    """Lets a hand's clock and a simulator's run, as fast as set_speed() says at any time."""

    def __init__(self, hand, sim, speed):
        super().__init__(daemon=True)
        self.hand, self.sim = hand, sim
        self.ends = threading.Event()
        self.set_speed(speed)

    def __enter__(self):
        self.hand.take()
        self.start()
        return self

    def __exit__(self, *_):
        self.ends.set()
        self.join()
        self.hand.close()

    def set_speed(self, speed):
        self.speed = speed
        self.sim.ask("clock", {"speed": speed})

    def run(self):
        last = time.monotonic()
        now_ms = 0.0
        while not self.ends.wait(TICK_S):
            now = time.monotonic()
            now_ms += 1000 * (now - last) * self.speed
            last = now
            if self.hand.move(int(now_ms)) is None:
                return
