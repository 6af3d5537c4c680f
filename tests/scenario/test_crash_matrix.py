"""Dead at an exact moment: before and after every sync of the journal and every write to AWS. After a resume the world
is the one that an undisturbed run makes.

    make crash CRASH=1000     so many of the moments, instead of a few; CRASH=send:before:17 this one
"""

import os
import random

import pytest

from release_tools import BUILD

PRELOAD = BUILD / "tests" / "die.so"
ASKED = os.environ.get("TATAMI_CRASH", "24")
SPEED = 300  # 34 regions at once: what waits for the processor must not look as if it stood still
WAYS = "import", "direct"
ALL_REGIONS = None  # every region that the account has


def undisturbed(site, way):
    """How many sends and syncs an undisturbed release makes, and what it leaves."""
    counts = site.folder / "counts"
    start(site, way, f"count:{counts}").finish().ended(0)
    sends, syncs = map(int, counts.read_text().split())
    return sends, syncs, world_of(site)


def moments(way, sends, syncs):
    """All of them, or as many as were asked for; half of those by each way."""
    if not ASKED.isdigit():
        return [ASKED]
    every = [f"{what}:{when}:{number}" for what, count in (("send", sends), ("sync", syncs))
             for when in ("before", "after") for number in range(1, count + 1)]
    return random.Random(f"20261123 {way}").sample(every, min(int(ASKED) // len(WAYS), len(every)))


def start(site, way, die):
    return site.start(*site.arguments(paths=site.two(), regions=ALL_REGIONS, way=way), "--public",
                      env={"LD_PRELOAD": str(PRELOAD), "TATAMI_DIE": die})


def world_of(site):
    """Everything that is left, without the ids and times that every run has of its own."""
    state = site.sim.state()
    amis = sorted((i["region"], i["name"], i["architecture"], i["launchPermission"] == [{"group": "all"}],
                   len(i["blockDeviceMapping"]), i["tags"]["tatami:digest"])
                  for i in state["images"] if i["imageState"] != "deregistered")
    snapshots = sorted((s["region"], s["tags"]["tatami:image"], sorted(s["tags"])) for s in state["snapshots"])
    tasks = [t["status"] for t in state["importTasks"]]
    return amis, snapshots, tasks, site.sim.uploads(), site.sim.objects()


def finish(site, way):
    run = site.resume()
    if run.status == 0 and site.sim.count("RegisterImage") == 0:  # it died before it was accepted
        run = site.release("--public", paths=site.two(), regions=ALL_REGIONS, way=way)
    run.ended(0)


@pytest.mark.parametrize("way", WAYS)
def test_crash_matrix(for_each, make_site, way):
    sends, syncs, whole = undisturbed(make_site(speed=SPEED), way)
    assert len(whole[0]) == 68 and sends > 400 and syncs > 20
    died = []

    def check(site, moment):
        run = start(site, way, moment).finish()
        died.append(run.status == -9)
        if run.status != 0:
            finish(site, way)
        assert world_of(site) == whole, f"make crash CRASH={moment}"
        # A name is registered once; every other repetition bears the token of the first.
        assert site.sim.count("RegisterImage", done=True) == 2, f"make crash CRASH={moment}"

    for_each(check, moments(way, sends, syncs), speed=SPEED)
    # No two runs of threads are alike: some end before their moment comes.
    assert not ASKED.isdigit() or sum(died) > len(died) / 2
