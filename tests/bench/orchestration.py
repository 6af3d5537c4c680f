"""A release in 34 regions, in stepped time: what it takes beside its critical path, and how often it asks."""

import collections
import pathlib
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
        self.most = collections.Counter()    # of a kind, in one round of a region

    def look(self):
        now = collections.Counter({(row["region"], row["action"]): row["count"]
                                   for row in self.sim.ask("requests")["requests"] if row["action"] in KINDS})
        new = now - self.counts
        self.counts = now
        for region in {region for region, _ in new}:
            self.rounds[region] += 1
        for (_, kind), count in new.items():
            self.most[kind] = max(self.most[kind], count)

    def of(self, kind):
        return sum(count for (_, action), count in self.counts.items() if action == kind)


def critical_path_ms(state):
    """What AWS alone takes, one thing after the other: the slowest image's import, registration and slowest copy.
    Uploading and publishing take no simulated time."""
    paths = []
    for home in (image for image in state["images"] if "sourceImageId" not in image):
        name = home["tags"]["tatami:image"]
        imports = [task["endedMs"] - task["createdMs"] for task in state["importTasks"]
                   if task["tags"]["tatami:image"] == name]
        copies = [image["availableMs"] - image["createdMs"] for image in state["images"]
                  if image.get("sourceImageId") == home["imageId"]]
        paths.append((max(imports), home["availableMs"] - home["createdMs"], max(copies)))
    return max(paths, key=sum)


def one_release(build, images, *more):
    """(its time, what was asked, the critical path)."""
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name:
        folder = pathlib.Path(name)
        with Sim(build, folder) as sim:
            paths = image_arguments(folder, *[1] * images)
            command = [build / "tatami", *release_arguments(folder, paths, "--yes", "--json", *more)]
            asked = Asked(sim)
            run = Stepped(sim, command, folder, environment(folder, sim.url)).run(asked.look)
            asked.look()
            assert run.status == 0, (folder / "output").read_text()[-2000:]
            return run.elapsed_ms, asked, critical_path_ms(sim.ask("state"))


def time_rows(images, elapsed_ms, path_ms):
    of = plural(images)
    for name, part_ms in zip(("import", "registration", "slowest copy"), path_ms):
        yield Row(f"{of}: {name}", part_ms / 1000, "s")
    yield Row(f"{of}: release", elapsed_ms / 1000, "s", "critical path", sum(path_ms) / 1000)
    yield Row(f"{of}: release / critical path", elapsed_ms / sum(path_ms), "", "budget", BUDGET)


def asked_rows(images, asked):
    of, rounds = plural(images), sum(asked.rounds.values())
    yield Row(f"{of}: rounds a region", rounds / len(asked.rounds), "")
    for kind in KINDS:
        yield Row(f"{of}: {kind} a region and round", asked.of(kind) / rounds, "", "budget", 1)
    for kind in KINDS:
        yield Row(f"{of}: {kind} in one round", asked.most[kind], "", "budget", 1, binds=True)


def rise_rows(images, asked, fewer_images, fewer):
    """A release of more images lasts a little longer; nothing else lets these figures rise."""
    of, peer = plural(images), plural(fewer_images)
    yield Row(f"{of}: rounds", sum(asked.rounds.values()), "", peer, sum(fewer.rounds.values()))
    for kind in KINDS:
        yield Row(f"{of}: {kind}", asked.of(kind), "", peer, fewer.of(kind))


def plural(images):
    return f"{images} image{'s' if images > 1 else ''}"


def rows_of(build):
    few, many = 1, 3
    seen = {}
    for images in (few, many):
        elapsed_ms, seen[images], path_ms = one_release(build, images)
        yield from time_rows(images, elapsed_ms, path_ms)
        yield from asked_rows(images, seen[images])
    yield from rise_rows(many, seen[many], few, seen[few])
