"""The threads of a process, as the kernel tells of them."""

import os
import re

STATUS = re.compile(rb"^State:\t(\w).*^voluntary_ctxt_switches:\t(\d+)\nnonvoluntary_ctxt_switches:\t(\d+)",
                    re.M | re.S)
TICKS = os.sysconf("SC_CLK_TCK")


class Threads:
    """All threads of one process; descriptors are kept, so that looking is cheap."""

    def __init__(self, pid):
        self.pid, self.files = pid, {}

    def close(self):
        for file in self.files.values():
            os.close(file)
        self.files = {}

    def look(self):
        """{thread: (state, switches)}. A thread that ends meanwhile is left out."""
        seen = {}
        for name in os.listdir(f"/proc/{self.pid}/task"):
            try:
                if name not in self.files:
                    self.files[name] = os.open(f"/proc/{self.pid}/task/{name}/status", os.O_RDONLY)
                state, waited, pushed = STATUS.search(os.pread(self.files[name], 4096, 0)).groups()
                seen[name] = state, int(waited) + int(pushed)
            except ProcessLookupError:
                os.close(self.files.pop(name))
            except FileNotFoundError:
                pass
        return seen

    def switches(self):
        """How often a thread has left the processor: a wakeup each."""
        return sum(count for _, count in self.look().values())

    def cpu_s(self):
        with open(f"/proc/{self.pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def all_asleep(processes):
    """Whether there was a moment at which every thread slept: each did so when looked at first, and none has run until
    looked at again. Over loopback what one thread sends wakes another at once, so nothing was under way either."""
    first = [threads.look() for threads in processes]
    if any(state != b"S" for seen in first for state, _ in seen.values()):
        return False
    return first == [threads.look() for threads in processes]
