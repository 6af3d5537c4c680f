"""The console while nothing happens, beside other programs on terminals."""

import contextlib
import pathlib
import shutil
import subprocess
import tempfile

from terminal import Terminal, costs
from tools import Row, Sim, environment, image_arguments, release_arguments

SECONDS = 10
SPEED = 500
IMAGES, REGIONS = 2, 34
PEERS = "tig", "htop"


def git_folder(folder):
    """Something for tig to show."""
    folder.mkdir()
    git = ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-C", str(folder)]
    subprocess.run([*git, "init", "-q"], check=True)
    for n in range(30):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"change {n}"], check=True)
    return folder


def open_all(stack, build, folder):
    """[(name, terminal)]: tatami with a finished release and with a plan, and the peers that are installed."""
    sim = stack.enter_context(Sim(build, folder, "--speed", SPEED))
    env = environment(folder, sim.url, TATAMI_CLOCK=str(SPEED))
    program = build / "tatami"
    opened = []
    for name, more in (("finished", []), ("plan", ["--name", "plan/{label}", "--release", "plan"])):
        own = folder / name
        own.mkdir()
        command = [program, *release_arguments(own, image_arguments(own, *[1] * IMAGES), *more)]
        opened.append((f"tatami, {name}", stack.enter_context(Terminal(command, env, own))))
    finished = opened[0][1]
    finished.go()
    finished.read_until(lambda: finished.busy == 0)
    assert sim.public_images() == IMAGES * REGIONS, "the release did not end well"
    if shutil.which("git"):
        peers = git_folder(folder / "git")
        opened += [(peer, stack.enter_context(Terminal([peer], env, peers))) for peer in PEERS if shutil.which(peer)]
    return opened


def rows_of(build):
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name, contextlib.ExitStack() as stack:
        opened = open_all(stack, build, pathlib.Path(name))
        costs([terminal for _, terminal in opened], 2)
        measured = dict(zip([name for name, _ in opened], costs([terminal for _, terminal in opened], SECONDS)))
    for name, cost in measured.items():
        budget = {"against": "budget", "limit": 0} if name.startswith("tatami") else {}
        yield Row(f"{name}: written", cost["bytes_s"], "B/s", **budget)
        yield Row(f"{name}: wakeups", cost["wakeups_s"], "/s", **budget)
        yield Row(f"{name}: CPU", 100 * cost["cpu"], "%", **budget)
