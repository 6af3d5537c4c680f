"""Releases by EBS direct: no bucket, no role, block by block into a snapshot."""

import hashlib
import json
import os
import signal
import sqlite3

import pytest
from release_tools import HOME, REGIONS, until
from images import BLOCK, MIB, blocks_of, digest_of
from test_whole import check_manifest, same_bytes, tags_of, without_id

EBS = ("StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "ListSnapshotBlocks", "GetSnapshotBlock",
       "ListChangedBlocks")
ZEROS = hashlib.sha256(bytes(BLOCK)).hexdigest()


def direct(site, *more, **arguments):
    return site.release(*more, bucket=None, **arguments)


def check_no_doubles(site, regions=REGIONS, images=1, disks=1):
    """One AMI an image and region, one snapshot a disk and region, and nothing of a release left in the tags."""
    state = site.sim.state()
    cells = sorted((i["region"], i["name"]) for i in state["images"] if i["imageState"] != "deregistered")
    assert len(cells) == len(set(cells)) == images * len(regions), cells
    used = {d["snapshotId"] for i in state["images"] for d in i["blockDeviceMapping"]}
    have = {s["snapshotId"] for s in state["snapshots"]}
    assert have == used, f"orphans: {have - used}"
    assert len(used) == disks * len(regions)
    for snapshot in state["snapshots"]:
        left = [key for key in snapshot["tags"] if key.startswith(("tatami:plan", "tatami:holder", "tatami:blocks"))]
        assert left == [], snapshot
    assert state["importTasks"] == [] and site.sim.objects() == []


def ebs_requests(site):
    return {action: site.sim.count(action) for action in EBS if site.sim.count(action) > 0}


@pytest.mark.smoke
def test_everywhere(make_site):
    """Two images, one of two disks, in every region there is: the same bytes, and not one request too many."""
    site = make_site(speed=500)
    one, boot, root = site.image("one", 9), site.image("boot", 2, seed=2), site.image("root", 20, seed=3)
    paths = [f"{one},arch=x86_64,boot-mode=uefi", f"{boot}+{root},arch=arm64"]
    output = site.folder / "manifest.json"
    run = direct(site, "--public", "--output", output, "--format", "json", paths=paths, regions=None).ended(0)
    regions = sorted({image["region"] for image in site.sim.images()})
    assert len(regions) == 34
    site.check_public(regions, images=2)
    check_no_doubles(site, regions, images=2, disks=3)
    manifest = json.loads(output.read_text())
    assert run.result["manifest"] == manifest
    files = {"acme/1.0-x86_64-linux": {"/dev/xvda": one},
             "acme/1.0-aarch64-linux": {"/dev/xvda": boot, "/dev/xvdb": root}}
    digests = {name: " ".join(digest_of(path) for path in disks.values()) for name, disks in files.items()}
    check_manifest(manifest, site.sim.images(), digests)
    for image in site.sim.images():
        for device, path in files[image["name"]].items():
            assert same_bytes(site.sim, image, device, path), (image["name"], image["region"], device)
    data = sum(len(blocks_of(path)) for path in (one, boot, root))
    assert site.sim.count("PutSnapshotBlock", done=True) == data
    assert (site.sim.count("StartSnapshot"), site.sim.count("CompleteSnapshot")) == (3, 3)
    assert set(ebs_requests(site)) == {"StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot"}


def test_tags(site):
    path = site.image()
    direct(site, "--public", "--tag", "Team=images").ended(0)
    check_no_doubles(site)
    want = tags_of("acme/1", "acme/1.0-x86_64-linux", digest_of(path), Team="images")
    for snapshot in site.sim.state()["snapshots"]:
        tags, _ = without_id(snapshot["tags"])
        assert tags == (want | {"tatami:disk": "root"} if snapshot["region"] == HOME else want), snapshot["region"]


def test_sparse(site):
    """A disk of 1 GiB with 3 MiB in it costs three MiB, and two requests more."""
    path = site.folder / "sparse.raw"
    with open(path, "wb") as file:
        file.truncate(1 << 30)
        for at in (0, 1 << 29, (1 << 30) - MIB):
            file.seek(at)
            file.write(os.urandom(MIB))
    direct(site, paths=[f"{path},arch=x86_64,boot-mode=uefi"], regions=[HOME]).ended(0)
    assert ebs_requests(site) == {"StartSnapshot": 1, "PutSnapshotBlock": 6, "CompleteSnapshot": 1}
    snapshot, = site.sim.state()["snapshots"]
    assert len(site.sim.blocks(snapshot=snapshot["snapshotId"])) == 6
    assert snapshot["volumeSize"] == 1


def test_what_fails_is_said(for_each):
    """AWS's reason, an exit status, and a new attempt that leaves nothing of the old one."""

    def check(site, case):
        fault, says = case
        site.sim.faults({"region": HOME, **fault})
        run = direct(site, "--public").ended(3)
        (failure,) = [f for f in run.failures() if f.get("disk")]
        assert says in failure["text"], failure
        site.sim.clear_faults()
        site.resume().ended(0)
        check_no_doubles(site)
        site.check_public()

    for_each(check, [
        ({"action": "CompleteSnapshot", "kind": "fails", "value": "disk full"}, "disk full"),
        ({"action": "StartSnapshot", "kind": "error", "code": "AccessDeniedException", "status": 403, "count": 0,
          "message": "you may not"}, "you may not"),
        ({"action": "PutSnapshotBlock", "kind": "error", "code": "AccessDeniedException", "status": 403, "count": 0,
          "message": "not this block"}, "not this block"),
    ])


def test_snapshot_tags(for_each):
    """Tags that are lost for a while come back with a resume; meanwhile nothing is public."""

    def check(site, case):
        kind, tag = case
        site.sim.faults({"action": "CreateTags", "kind": kind, "value": tag, "count": 0})
        run = direct(site, "--public", "--tag", "Team=images").ended(3)
        assert any("tag" in failure["text"] for failure in run.failures()), run.failures()
        site.check_private()
        site.sim.clear_faults()
        site.resume().ended(0)
        check_no_doubles(site)
        site.check_public()

    for_each(check, [("missing-tag", "tatami:digest"), ("no-effect", "")])


def test_what_passes_passes(for_each):
    def check(site, fault):
        path = site.image("long", 40)
        site.sim.faults(fault)
        direct(site, "--public", paths=[f"{path},arch=x86_64,boot-mode=uefi"]).ended(0)
        assert site.sim.fault_hits() > [0]
        check_no_doubles(site)
        image = site.sim.images()[0]
        assert same_bytes(site.sim, image, "/dev/xvda", path)

    for_each(check, [
        {"action": "PutSnapshotBlock", "kind": "throttle", "value": "ACCOUNT_THROTTLED", "nth": 3, "count": 10},
        {"action": "PutSnapshotBlock", "kind": "error", "code": "InternalServerException", "status": 500, "count": 4},
        {"action": "PutSnapshotBlock", "kind": "reset-after", "nth": 2, "count": 3},
        {"action": "StartSnapshot", "kind": "reset-after"},
        {"action": "StartSnapshot", "kind": "error", "code": "ConcurrentLimitExceededException", "status": 400},
        {"action": "CompleteSnapshot", "kind": "reset-after"},
        {"action": "CreateTags", "kind": "reset-after"},
    ])


def test_a_snapshot_that_is_gone_is_not_begun_anew(site):
    """Nothing else is there: somebody has taken the release away, or cancelled it."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    run = site.start_release("--public", bucket=None)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    snapshot, = site.sim.state()["snapshots"]
    site.client("ec2").delete_snapshot(SnapshotId=snapshot["snapshotId"])
    assert "nothing of acme/1 is at AWS any more" in site.resume().ended(4).text
    assert site.sim.state()["snapshots"] == []


def test_cancelled_elsewhere_while_it_slept(site):
    """The sleeper finds nothing left of it, and makes nothing anew."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    run = site.start_release("--public", bucket=None)
    until(lambda: holder(site) and site.sim.fault_hits() > [0])
    run.send(signal.SIGSTOP)
    site.run("cancel", "acme/1", "--state", site.folder / "elsewhere", "--take-over", "--yes").ended(0)
    site.sim.clear_faults()
    run.send(signal.SIGCONT)
    assert run.finish().status in (3, 4, 130), run.text
    assert site.sim.count("StartSnapshot") == 1
    assert site.sim.images() == [] and site.sim.state()["snapshots"] == []


def test_one_snapshot_that_is_gone_is_made_anew(site):
    """Where others of the release are left nobody has cancelled it: the next try makes it anew."""
    paths = [f"{site.image('boot', 1)}+{site.image('root', 2, seed=2)},arch=x86_64,boot-mode=uefi"]
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    run = site.start_release("--public", bucket=None, paths=paths)
    until(lambda: len(site.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]) == 2)
    run.kill()
    site.sim.clear_faults()
    site.client("ec2").delete_snapshot(SnapshotId=site.sim.state()["snapshots"][1]["snapshotId"])
    assert "somebody has deleted it" in site.resume().ended(3).text
    site.resume().ended(0)
    check_no_doubles(site, disks=2)


def test_a_snapshot_that_timed_out_is_begun_anew(site):
    """Three days without a block: EBS has given it up while the laptop slept."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    run = site.start_release("--public", bucket=None)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    until(lambda: [s["status"] for s in site.sim.state()["snapshots"]] == ["pending"])
    site.sim.clock(stop=True)
    site.sim.clock(step=4321 * 60)
    site.sim.clock(speed=site.speed)
    until(lambda: [s["status"] for s in site.sim.state()["snapshots"]] == ["error"])
    site.resume().ended(0)
    check_no_doubles(site)
    site.check_public()


def test_a_file_that_changes_under_the_transfer(site):
    path = site.image("long", 40)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 5, "count": 0, "until_s": 600})
    run = site.start_release("--public", bucket=None, paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: site.sim.fault_hits() > [0])
    with open(path, "r+b") as file:
        file.seek(39 * MIB)
        file.write(os.urandom(MIB))
    site.sim.clear_faults()
    run.finish().ended(3)
    assert "changed" in run.text
    assert site.sim.images() == []
    site.resume().ended(0)
    check_no_doubles(site)
    for image in site.sim.images():
        assert same_bytes(site.sim, image, "/dev/xvda", path)


def holder(site):
    return {s["tags"].get("tatami:holder", "").split(" ")[3:4][0] for s in site.sim.state()["snapshots"]
            if s["region"] == HOME and "tatami:holder" in s["tags"]}


def test_two_holders(site):
    """A second machine takes it over while the first is at work: nothing is doubled, and the first one stops."""
    path = site.image("long", 60)
    first = site.start_release("--public", bucket=None, paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: holder(site))
    second = ("resume", "acme/1", "--state", site.folder / "second", "--json")
    refused = until(lambda: (run := site.run(*second)).status == 4 and run)
    assert "is held by" in refused.text
    site.run(*second, "--take-over", "--yes").ended(0)
    first.finish()
    assert first.status in (0, 130), first.text
    check_no_doubles(site)
    site.check_public()


def test_two_race(for_each):
    """Both take it over at one moment, as often as it takes: one set of resources."""

    def check(site, state):
        run = site.start_release("--public", bucket=None)
        assert run.wait_for_event(event="disk", state=state)
        run.kill()
        until(lambda: site.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"])
        racers = [site.start("resume", "acme/1", "--state", site.folder / name, "--json", "--take-over", "--yes")
                  for name in ("one", "two")]
        ends = sorted(racer.finish().status for racer in racers)
        assert ends[0] == 0 or site.run("resume", "acme/1", "--state", site.folder / "one", "--json",
                                        "--take-over", "--yes").status == 0, [r.text for r in racers]
        check_no_doubles(site)
        site.check_public()

    for_each(check, ["putting", "pending", "ready"])


def test_another_release_of_that_name(site):
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    run = site.start_release(bucket=None)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    other = site.run(*site.arguments(bucket=None), "--state", site.folder / "other").ended(4)
    assert "another release that is called acme/1" in other.text
    assert site.sim.count("StartSnapshot") == 1


def test_two_begin_at_one_moment(site):
    """On two machines, by one name: one set of AMIs, and whoever gives way is taken away by its own cancel."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "delay", "delay_ms": 200, "count": 0})
    racers = [(site.start(*site.arguments(bucket=None), "--state", state), state)
              for state in (site.state, site.folder / "other")]
    ends = sorted((run.finish().status, str(state)) for run, state in racers)
    assert ends[0][0] == 0 and ends[1][0] in (3, 4, 130), [run.text for run, _ in racers]
    if ends[1][0] != 4:
        site.run("cancel", "acme/1", "--state", ends[1][1], "--yes").ended(0)
    check_no_doubles(site)


def begin_two(site):
    """Two of one name begin at one moment and die at once; the states of the one that stays and of the other."""
    site.sim.faults({"action": "StartSnapshot", "kind": "delay", "delay_ms": 800, "count": 2},
                    {"action": "PutSnapshotBlock", "kind": "hang", "count": 0})
    states = (site.state, site.folder / "other")
    runs = [site.start(*site.arguments(bucket=None), "--state", state) for state in states]
    shown = site.client("ec2")
    until(lambda: len(shown.describe_snapshots(OwnerIds=["self"])["Snapshots"]) == 2)
    for run in runs:
        run.kill()
    site.sim.clear_faults()
    ids = {}
    for state in states:
        with sqlite3.connect(state / "journal.db") as journal:
            (release,), = journal.execute("SELECT id FROM release")
        ids[release] = state
    return [ids[release] for release in sorted(ids)]


def test_two_that_began_and_died(for_each):
    """Neither stands in the other's way for ever: the one with the smaller id goes on, either is cancelled."""

    def go_on(site, state):
        site.run("resume", "acme/1", "--state", state, "--json", "--take-over", "--yes").ended(0)

    def check(site, case):
        stays, other = begin_two(site)
        refused = site.run("resume", "acme/1", "--state", other, "--json").ended(4)
        assert "another release that is called acme/1" in refused.text and "tatami cancel acme/1" in refused.text
        if case == "resume":
            go_on(site, stays)
        elif case == "elsewhere":
            go_on(site, site.folder / "third")
        site.run("cancel", "acme/1", "--state", other, "--yes").ended(0)
        if case == "cancel":
            go_on(site, stays)
        check_no_doubles(site)

    for_each(check, ["resume", "elsewhere", "cancel"])


def test_a_plan_that_is_too_long_for_tags(site):
    paths = [f"{site.image(f'{number}' * 60, 1, seed=number)},arch=x86_64,boot-mode=uefi,label=1.{number}"
             for number in range(8)]
    run = site.start_release("--description", "x" * 250, bucket=None, paths=paths, regions=[HOME])
    assert run.wait_for(lambda line: "too long for the tags" in line)
    run.kill()
    site.run("resume", "acme/1", "--state", site.folder / "other", "--json").ended(2)
    site.resume().ended(0)
    check_no_doubles(site, [HOME], images=8, disks=8)


def test_cancel(site):
    """A pending snapshot is found by its tags and deleted."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 2, "count": 0})
    run = site.start_release(bucket=None)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    until(lambda: [s["status"] for s in site.sim.state()["snapshots"]] == ["pending"])
    site.run("cancel", "acme/1", "--state", site.state, "--yes").ended(0)
    assert site.sim.state()["snapshots"] == []


@pytest.mark.parametrize("journal", [True, False])
def test_base(site, journal):
    """The next version sends what differs, and is the same bytes."""
    path = site.image("old", 24)
    direct(site, paths=[f"{path},arch=x86_64,boot-mode=uefi"]).ended(0)
    sent = site.sim.count("PutSnapshotBlock")
    with open(path, "r+b") as file:
        file.seek(8 * MIB)
        file.write(os.urandom(MIB))
        file.seek(12 * MIB)
        file.write(bytes(MIB))
    more = () if journal else ("--state", site.folder / "other")
    run = site.run(*site.arguments(paths=[f"{path},arch=x86_64,boot-mode=uefi"], bucket=None, name="acme/2"), "--label",
                   "2.0", "--base", "acme/1", *more).ended(0)
    assert "stand in snap-" in run.text
    assert site.sim.count("PutSnapshotBlock") - sent == 4
    assert (site.sim.count("ListSnapshotBlocks") == 0) == journal
    for image in site.sim.images(name="acme/2.0-x86_64-linux"):
        snapshot, = (d["snapshotId"] for d in image["blockDeviceMapping"])
        assert {i: d for i, d in site.sim.blocks(snapshot=snapshot).items() if d != ZEROS} == blocks_of(path)


def test_bases_that_are_none(site):
    run = direct(site, "--base", "acme/0").ended(2)
    assert "no one AMI like" in run.text
    run = direct(site, "--base", "snap-0123456789abcdef0").ended(2)
    assert "there is no snapshot" in run.text or "does not exist" in run.text
    assert site.sim.mutations() == {}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_another_file_when_it_goes_on(site, end):
    """Replaced between two runs by one with other data and other holes: the snapshot is of the new one alone. Where the
    journal knows what has arrived, that is said."""
    path = site.image("long", 40)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 12, "count": 0})
    run = site.start_release("--public", bucket=None, paths=[f"{path},arch=x86_64,boot-mode=uefi"])
    until(lambda: site.sim.fault_hits() > [0])
    until(lambda: site.sim.count("PutSnapshotBlock", done=True) >= 8)
    run.send(end)
    run.finish()
    site.sim.clear_faults()
    with open(path, "r+b") as file:
        file.write(bytes(MIB) + os.urandom(MIB))
    run = site.resume().ended(0)
    assert run.text.count("is not the file that was sent before") == 1 or end == signal.SIGKILL
    check_no_doubles(site)
    for image in site.sim.images():
        snapshot, = (d["snapshotId"] for d in image["blockDeviceMapping"])
        assert {i: d for i, d in site.sim.blocks(snapshot=snapshot).items() if d != ZEROS} == blocks_of(path)
        assert image["tags"]["tatami:digest"] == digest_of(path)
