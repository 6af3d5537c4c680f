"""What orchestration adds: the time of a release against its critical path, and how often it asks."""

import collections
import pathlib
import sys
import tempfile

from stepped import Stepped
from tools import Row, Sim, environment, image_arguments, release_arguments

KINDS = ["DescribeImages", "DescribeSnapshots", "DescribeImportSnapshotTasks"]
BUDGET = 1.05


class Asked:
    """Describe calls by region and kind, counted between one step of time and the next: a round."""

    def __init__(self, sim):
        self.sim, self.counts = sim, collections.Counter()
        self.rounds = collections.Counter()  # of a region
        self.most = 0                        # of one kind in one round of a region

    def look(self):
        now = collections.Counter({(row["region"], row["action"]): row["count"]
                                   for row in self.sim.ask("requests")["requests"] if row["action"] in KINDS})
        new = now - self.counts
        self.counts = now
        for region in {region for region, _ in new}:
            self.rounds[region] += 1
        self.most = max([self.most, *new.values()])

    def of(self, kind):
        return sum(count for (_, action), count in self.counts.items() if action == kind)


def critical_path_ms(state):
    """What AWS alone takes, one thing after the other: the slowest image's import, registration and slowest copy.
    Uploading and publishing take no simulated time."""
    paths = []
    for home in (image for image in state["images"] if "sourceImageId" not in image):
        label = home["tags"]["tatami:image"]
        imports = [task["endedMs"] - task["createdMs"] for task in state["importTasks"]
                   if task["tags"]["tatami:image"] == label]
        copies = [image["availableMs"] - image["createdMs"] for image in state["images"]
                  if image.get("sourceImageId") == home["imageId"]]
        paths.append((max(imports), home["availableMs"] - home["createdMs"], max(copies)))
    return max(paths, key=sum)


def one_release(build, images):
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name:
        folder = pathlib.Path(name)
        with Sim(build, folder) as sim:
            paths = image_arguments(folder, *[1] * images)
            command = [build / "tatami", *release_arguments(folder, paths, "--yes", "--json")]
            asked = Asked(sim)
            run = Stepped(sim, command, folder, environment(folder, sim.url)).run(asked.look)
            asked.look()
            if run.status != 0:
                sys.exit(f"a release in stepped time ended with {run.status}:\n{(folder / 'output').read_text()[-2000:]}")
            return run, asked, critical_path_ms(sim.ask("state"))


def rows_of(build):
    for images in (1, 3):
        run, asked, path = one_release(build, images)
        regions, rounds = len(asked.rounds), sum(asked.rounds.values())
        of = f"{images} image{'s' if images > 1 else ''}, {regions} regions"
        yield Row(f"{of}: critical path", sum(path) / 1000, "s")
        yield Row(f"{of}: release", run.elapsed_ms / 1000, "s", "critical path", sum(path) / 1000)
        yield Row(f"{of}: release / critical path", run.elapsed_ms / sum(path), "", "budget", BUDGET)
        yield Row(f"{of}: rounds a region", rounds / regions, "")
        for kind in KINDS:
            yield Row(f"{of}: {kind} a round", asked.of(kind) / rounds, "calls", "budget", 1)
        yield Row(f"{of}: most of one kind in a round", asked.most, "calls", "budget", 1)
