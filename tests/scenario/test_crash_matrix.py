"""Dead at an exact moment: before and after every sync of the journal and every write to AWS. After a resume the world
is the one that an undisturbed run makes.

    make soak CRASH=1000     so many of the moments, instead of a few
"""

import os
import random

import pytest

from release_tools import BUILD

PRELOAD = BUILD / "tests" / "die.so"
MOMENTS = int(os.environ.get("TATAMI_CRASH", "24"))
SPEED = 300  # 34 regions at once: what waits for the processor must not look as if it stood still
ALL_REGIONS = None  # every region that the account has


def moments_of(site):
    """How many sends and syncs an undisturbed release makes, and what it leaves."""
    counts = site.folder / "counts"
    start(site, f"count:{counts}").finish().ended(0)
    sends, syncs = map(int, counts.read_text().split())
    return sends, syncs, world_of(site)


def start(site, die):
    return site.start(*site.arguments(paths=site.two(), regions=ALL_REGIONS), "--public",
                      env={"LD_PRELOAD": str(PRELOAD), "TATAMI_DIE": die})


def world_of(site):
    """Everything that is left, without the ids and times that every run has of its own."""
    state = site.sim.state()
    amis = sorted((i["region"], i["name"], i["architecture"], i["launchPermission"] == [{"group": "all"}],
                   len(i["blockDeviceMapping"]), i["tags"]["tatami:digest"])
                  for i in state["images"] if i["imageState"] != "deregistered")
    snapshots = sorted((s["region"], s["tags"]["tatami:image"], s["tags"].get("tatami:disk")) for s in state["snapshots"])
    tasks = [t["status"] for t in state["importTasks"]]
    return amis, snapshots, tasks, site.sim.uploads(), site.sim.objects()


def finish(site):
    run = site.resume()
    if run.status == 0 and site.sim.count("RegisterImage") == 0:  # it died before it was accepted
        run = site.release("--public", paths=site.two(), regions=ALL_REGIONS)
    run.ended(0)


def test_crash_matrix(for_each, make_site):
    sends, syncs, undisturbed = moments_of(make_site(speed=SPEED))
    assert len(undisturbed[0]) == 68 and sends > 400 and syncs > 20
    moments = [f"{what}:{when}:{number}" for what, count in (("send", sends), ("sync", syncs))
               for when in ("before", "after") for number in range(1, count + 1)]
    moments = random.Random(20261123).sample(moments, min(MOMENTS, len(moments)))

    died = []

    def check(site, moment):
        run = start(site, moment).finish()
        died.append(run.status == -9)
        if run.status != 0:
            finish(site)
        assert world_of(site) == undisturbed
        # A name is registered once; every other repetition bears the token of the first.
        assert site.sim.count("RegisterImage", done=True) == 2

    for_each(check, moments, speed=SPEED)
    # No two runs of threads are alike: a few end before their moment comes.
    assert sum(died) > len(died) * 3 / 4
