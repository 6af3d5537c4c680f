"""A release by EBS direct that dies goes on, on this machine and, by the plan in its snapshot's tags, on another one:
the same resources as if nothing had happened, and nothing twice."""

import random
import signal

import pytest

from images import blocks_of
from release_tools import HOME, until
from test_direct import check_no_doubles, direct
from test_kill import ALL_STEPS, kill_at

COPY = "eu-west-1"
DISK_STAGES = ("looking", "starting", "putting", "noting", "sealing", "pending", "ready")
STAGES = [
    *({"event": "disk", "state": state} for state in DISK_STAGES),
    *({"event": "cell", "state": state, "region": region} for region in (HOME, COPY) for state in (
        "creating", "pending", "verifying", "ready", "public")),
    *({"event": "release", "state": state} for state in ("planned", "leasing", "running", "publishing", "closing")),
]
MUTATIONS = ["StartSnapshot", "PutSnapshotBlock", "CreateTags", "CompleteSnapshot", "RegisterImage", "CopyImage",
             "DeleteTags"]


def start(site, *more, **arguments):
    return site.start_release(*ALL_STEPS, *more, bucket=None, **arguments)


def begun(site):
    """Whether a snapshot of it is there, and with it its plan."""
    return any(s["region"] == HOME and "tatami:plan.1" in s["tags"] for s in site.sim.state()["snapshots"])


def check_whole(site, **wanted):
    check_no_doubles(site, **wanted)
    site.check_public(images=wanted.get("images", 1))
    for snapshot in site.sim.state()["snapshots"]:
        assert snapshot["createVolumePermission"] == [{"group": "all"}]
    for ami in site.sim.images():
        assert ami["deregistrationProtection"].startswith("enabled")


def check_finished(site):
    """Resumed where it began; what died before it was accepted is begun again."""
    run = site.resume().ended(0)
    if run.text.startswith("Nothing to resume") and site.sim.count("RegisterImage") == 0:
        direct(site, *ALL_STEPS).ended(0)
    check_whole(site)


def elsewhere(site, *more, machine="elsewhere", begin=False):
    words = ("resume", "acme/1", "--state", site.folder / machine, "--json", *more)
    return site.start(*words) if begin else site.run(*words)


def take_over(site):
    """A fresh snapshot and its tags show a little late: whoever is as quick as a test looks again."""
    return until(lambda: (run := elsewhere(site, "--take-over", "--yes")).status not in (2, 4) and run)


def check_finished_elsewhere(site):
    """Resumed by a machine that knows nothing but the name."""
    if begun(site):
        take_over(site).ended(0)
    else:
        assert "in the tags" in elsewhere(site, "--take-over", "--yes").ended(2).text
        if site.sim.count("RegisterImage") == 0:
            run = site.resume()
            if site.sim.count("RegisterImage") == 0:
                direct(site, *ALL_STEPS).ended(0)
    check_whole(site)


@pytest.mark.parametrize("check_end", [check_finished, check_finished_elsewhere])
def test_in_each_stage(for_each, check_end):
    def check(site, stage):
        run = start(site)
        assert run.wait_for_event(**stage) is not None
        run.kill()
        check_end(site)

    for_each(check, STAGES)


@pytest.mark.parametrize("check_end", [check_finished, check_finished_elsewhere])
@pytest.mark.parametrize("kind", ["hang", "delay"])
def test_between_request_and_answer(for_each, kind, check_end):
    """A request that AWS never saw (hang), and one that it carried out though nobody was there to hear (delay)."""

    def check(site, action):
        site.sim.faults({"action": action, "kind": kind, "delay_ms": 300, "count": 0})
        run = start(site)
        until(lambda: site.sim.fault_hits() > [0])
        run.kill()
        if kind == "delay":
            until(lambda: site.sim.count(action, done=True) > 0)
        site.sim.clear_faults()
        check_end(site)
        if kind == "delay" and action == "RegisterImage":
            assert site.sim.count(action) == 1

    for_each(check, MUTATIONS)


def test_stopped_cleanly_it_is_free_to_take(site):
    """The holder's tag goes, the plan's stay; what has arrived is not sent again where the journal is."""
    path = site.image("long", 60)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "delay", "delay_ms": 50, "count": 0})
    run = start(site, "--connections", "1", paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: site.sim.count("PutSnapshotBlock", done=True) >= 6)
    run.send(signal.SIGINT)
    run.finish().ended(130)
    site.sim.clear_faults()
    sent = site.sim.count("PutSnapshotBlock")
    snapshot, = site.sim.state()["snapshots"]
    assert "tatami:plan.1" in snapshot["tags"] and "tatami:holder" not in snapshot["tags"]
    run = elsewhere(site, begin=True)
    assert run.wait_for_event(event="disk", state="pending")
    assert site.sim.count("PutSnapshotBlock") - sent == len(blocks_of(path))
    run.send(signal.SIGTERM)
    run.finish().ended(130)
    sent = site.sim.count("PutSnapshotBlock")
    site.resume().ended(0)
    assert site.sim.count("PutSnapshotBlock") == sent
    check_whole(site)


def test_only_what_is_missing_is_sent(site):
    path = site.image("long", 60)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 20, "count": 0})
    run = start(site, "--connections", "4", paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: site.sim.fault_hits() > [3])
    run.send(signal.SIGTERM)
    run.finish().ended(130)
    hung, = site.sim.fault_hits()
    site.sim.clear_faults()
    site.resume().ended(0)
    assert site.sim.count("PutSnapshotBlock", done=True) == len(blocks_of(path)) + hung
    check_whole(site)


def test_what_is_whole_is_not_sent_again(site):
    """All blocks are there, only the snapshot's tags are not: not even the file is needed any more."""
    path = site.image("long", 30)
    site.sim.faults({"action": "CreateTags", "kind": "hang", "count": 0})
    run = start(site, paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    assert run.wait_for_event(event="disk", state="noting")
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    path.rename(path.with_suffix(".away"))
    site.resume().ended(0)
    assert site.sim.count("PutSnapshotBlock") == len(blocks_of(path.with_suffix(".away")))
    check_whole(site)


def test_finished_elsewhere_meanwhile(site):
    """What another machine has finished is read back as it is: no block is sent, and nothing is made or deleted."""
    path = site.image("long", 30)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "delay", "delay_ms": 50, "count": 0})
    run = start(site, "--connections", "1", paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: site.sim.count("PutSnapshotBlock", done=True) >= 6)
    run.kill()
    site.sim.clear_faults()
    take_over(site).ended(0)
    asked = site.sim.mutations()
    site.resume().ended(0)
    more = {action: count for action, count in site.sim.mutations().items() if count != asked.get(action)}
    assert not more.keys() & {"StartSnapshot", "PutSnapshotBlock", "DeleteSnapshot", "RegisterImage", "CopyImage"}, more
    check_whole(site)


def test_what_another_machine_has_finished_is_not_cancelled(site):
    run = start(site)
    assert run.wait_for_event(event="disk", state="putting")
    run.kill()
    until(lambda: site.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"])
    take_over(site).ended(0)
    run = site.run("cancel", "acme/1", "--state", site.state, "--yes").ended(4)
    assert "another machine has finished or cancelled" in run.text
    check_whole(site)


@pytest.mark.smoke
def test_at_random_moments(for_each):
    """Two images, one of two disks, now here and now elsewhere."""
    moments = random.Random(20261123)

    def check(site, moment):
        count, away = moment
        boot, root, other = site.image("boot", 2), site.image("root", 12, seed=2), site.image("other", 3, seed=3)
        paths = [f"{boot}+{root},arch=x86_64,boot-mode=uefi", f"{other},arch=arm64"]
        kill_at(site, start(site, paths=paths), count)
        if away and begun(site):
            take_over(site).ended(0)
        else:
            run = site.resume().ended(0)
            if run.lines[0].startswith("Nothing to resume") and site.sim.count("RegisterImage") == 0:
                direct(site, *ALL_STEPS, paths=paths).ended(0)
        check_whole(site, images=2, disks=3)

    for_each(check, [(moments.randrange(15, 240), number % 2 == 1) for number in range(12)])
