"""An unfinished release is undone from a machine that knows nothing of it: by the plan in its bucket, or by the tags of
what it has made. Whoever holds it is named, and stopped only when somebody says so."""

import re
import signal

import pytest

from release_tools import BUCKET, HOME, REGIONS, until
from test_background import Console
from test_cancel import check_nothing

COPY = "eu-west-1"
RELEASE_ID = "0123456789abcdef0123456789abcdef"


def cancel(site, *more, name="acme/1", start=False):
    words = ("cancel", name, "--state", site.folder / "elsewhere", "--json", *more)
    return site.start(*words) if start else site.run(*words)


def half(site, *more, dead=signal.SIGKILL, state="pending"):
    run = site.start_release(*more)
    assert run.wait_for_event(event="cell", state=state, region=COPY)
    run.send(dead)
    return run.finish()


@pytest.mark.smoke
def test_by_the_plan_in_the_bucket(site):
    """Stopped cleanly: nobody holds it."""
    half(site, dead=signal.SIGTERM)
    cancel(site, "--bucket", BUCKET).ended(4)
    cancel(site, "--bucket", BUCKET, "--yes").ended(0)
    check_nothing(site)
    assert "acme/1" in cancel(site, "--bucket", BUCKET, "--yes").ended(2).text
    assert "nothing of acme/1 is at AWS any more" in site.resume().ended(4).text
    site.run("cancel", "acme/1", "--state", site.state).ended(0)
    check_nothing(site)


def test_the_bucket_is_found_by_the_import(site):
    half(site, dead=signal.SIGTERM)
    cancel(site, "--yes").ended(0)
    check_nothing(site)


def test_a_holder_is_named_and_stops(site):
    """Without --take-over nothing is changed; with it the other machine stops by itself."""
    site.sim.faults({"action": "CopyImage", "region": "ap-south-1", "kind": "throttle", "count": 0})
    run = site.start_release("--stall", "6000")
    assert run.wait_for_event(event="cell", state="ready", region=COPY)
    refused = cancel(site, "--bucket", BUCKET, "--yes").ended(4)
    assert f"process {run.process.pid}" in refused.text and "tatami cancel acme/1 --take-over" in refused.text
    assert site.sim.count("DeregisterImage") == site.sim.count("DeleteSnapshot") == 0
    cancel(site, "--bucket", BUCKET, "--take-over", "--yes").ended(0)
    run.finish().ended(130)
    assert "held by" in run.text or "gone" in run.text
    check_nothing(site)


def test_the_phrase_is_asked_for(site):
    half(site)
    for phrase, status in (("take over acme/2", 4), ("take over acme/1", 0)):
        console = Console(site, "cancel", "acme/1", "--bucket", BUCKET, "--state", site.folder / "elsewhere")
        console.wait_for(lambda: b'Type "take over acme/1"' in console.seen)  # pylint: disable=cell-var-from-loop
        assert b"is held by" in console.seen
        console.press(f"{phrase}\n")
        if status == 0:
            console.wait_for(lambda: b'Type "cancel' in console.seen)  # pylint: disable=cell-var-from-loop
            console.press(re.search(rb'Type "(cancel \d+)"', console.seen)[1].decode() + "\n")
        assert console.finish() == status
    check_nothing(site)


def test_killed_halfway_it_finishes_next_time(site):
    half(site, dead=signal.SIGTERM)
    site.sim.faults({"action": "DeleteSnapshot", "kind": "hang", "count": 0})
    run = cancel(site, "--bucket", BUCKET, "--yes", start=True)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    cancel(site, "--yes").ended(0)
    check_nothing(site)


def test_the_lease_is_renewed(site):
    """As long as it works nobody takes it for silent; and who takes it over all the same stops it."""
    half(site, dead=signal.SIGTERM)
    site.sim.faults({"action": "DeleteSnapshot", "kind": "throttle", "count": 0})
    run = cancel(site, "--bucket", BUCKET, "--yes", start=True)
    until(lambda: site.sim.fault_hits() > [0])
    puts = site.sim.count("PutObject")
    until(lambda: site.sim.count("PutObject") > puts + 2)
    third = site.start("cancel", "acme/1", "--state", site.folder / "third", "--json", "--bucket", BUCKET, "--yes",
                       "--take-over")
    run.finish()
    assert run.status in (3, 4)
    assert "held by" in run.text
    site.sim.clear_faults()
    third.finish().ended(0)
    check_nothing(site)


def tags(**more):
    rows = {"ManagedBy": "tatami", "tatami:release": "acme/1", "tatami:id": RELEASE_ID, "tatami:image": "a", **more}
    return [{"Key": key, "Value": value} for key, value in rows.items()]


def test_by_tags_alone(site):
    """No bucket, no journal: pending snapshots that EBS direct has begun, a failed copy, an AMI and its snapshot."""
    site.client("ebs").start_snapshot(VolumeSize=1, Tags=tags())
    ended = site.client("ebs", COPY).start_snapshot(VolumeSize=1, Tags=tags())["SnapshotId"]
    site.client("ebs", COPY).complete_snapshot(SnapshotId=ended, ChangedBlocksCount=0)
    ec2 = site.client("ec2", COPY)
    until(lambda: ec2.describe_snapshots(SnapshotIds=[ended])["Snapshots"][0]["State"] == "completed")
    ec2.register_image(Name="acme", RootDeviceName="/dev/xvda", Architecture="x86_64", VirtualizationType="hvm",
                       BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": ended}}],
                       TagSpecifications=[{"ResourceType": "image", "Tags": tags()}])
    other = site.client("ebs").start_snapshot(VolumeSize=1, Tags=tags(**{"tatami:release": "acme/2",
                                                                        "tatami:id": "f" * 32}))["SnapshotId"]
    assert "acme/3" in cancel(site, "--yes", name="acme/3").ended(2).text
    cancel(site).ended(4)
    cancel(site, "--yes").ended(0)
    state = site.sim.state()
    assert [s["snapshotId"] for s in state["snapshots"]] == [other]
    assert site.sim.images(imageState="available") == []
    assert "acme/1" in cancel(site, "--yes").ended(2).text


def test_what_is_whole_is_not_undone_by_its_tags(site):
    """Nothing says that it is unfinished: a slip must not take a finished release away."""
    site.release().ended(0)
    before = site.sim.mutations()
    refused = cancel(site, "--yes").ended(4)
    assert "unfinished" in refused.text and "--bucket" in refused.text
    cancel(site, "--bucket", BUCKET, "--yes").ended(4)
    assert site.sim.mutations() == before
    assert len(site.sim.images(imageState="available")) == len(REGIONS)


@pytest.mark.parametrize("action", ["DescribeImages", None])
def test_what_is_whole_stays_where_not_all_is_known(site, action):
    """A region whose AMIs cannot be read, or a snapshot that an earlier attempt has left."""
    site.release(bucket=None).ended(0)
    home, = site.sim.images(region=HOME)
    if action:
        site.sim.faults({"action": action, "region": COPY, "kind": "error", "code": "UnauthorizedOperation",
                         "status": 403, "count": 0})
    else:
        stray = [{"Key": key, "Value": value} for key, value in home["tags"].items()]
        site.client("ebs").start_snapshot(VolumeSize=1, Tags=stray)
    before = site.sim.mutations()
    refused = cancel(site, "--yes").ended(4).text
    assert "nothing says that acme/1 is unfinished" in refused
    assert ("as far as regions have answered" in refused) == bool(action)
    assert site.sim.mutations() == before


def test_an_id_that_is_a_path(site):
    """Tags are written by others: none of them names a file here."""
    site.client("ebs", HOME).start_snapshot(VolumeSize=1, Tags=tags(**{"tatami:id": "../journal.db"}))
    cancel(site, "--yes").ended(2)


@pytest.mark.parametrize("at_home", [False, True])
def test_from_the_screen(site, at_home):
    """`:cancel` stops the release, lists what goes, and asks for the phrase."""
    site.sim.faults({"action": "CopyImage", "region": COPY, "kind": "throttle", "count": 0})
    console = Console(site, *site.arguments(json=False), "--stall", "6000")
    console.wait_for(lambda: site.sim.images(imageState="available"))
    if at_home:
        console.press("qs")
        assert console.finish() == 130
        console = Console(site, "--state", site.state)
        console.wait_for(lambda: b"not finished" in console.seen)
    console.press(":cancel\r")
    if not at_home:
        console.wait_for(lambda: b"CANCEL THE RELEASE" in console.seen)
        console.press("y")
    console.wait_for(lambda: b'Type "cancel' in console.seen)
    console.press(re.search(rb'Type "(cancel \d+)"', console.seen)[1].decode() + "\n")
    assert console.finish() == 0
    assert b"nothing of it is left" in console.seen
    check_nothing(site)


@pytest.mark.parametrize("event", [{"event": "disk", "state": "putting"},
                                   {"event": "cell", "state": "pending", "region": COPY}])
def test_a_direct_release(site, event):
    """No bucket at all: its pending snapshot, or its copies, are found by their tags, and its holder is named."""
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "delay", "delay_ms": 100, "count": 0})
    run = site.start_release(bucket=None)
    assert run.wait_for_event(**event)
    until(lambda: site.sim.state()["snapshots"])
    run.kill()
    refused = cancel(site, "--yes").ended(4).text
    assert "tatami cancel acme/1 --take-over" in refused and "tatami resume" not in refused
    cancel(site, "--yes", "--take-over").ended(0)
    check_nothing(site)
    # Here it does not come back to life.
    site.sim.clear_faults()
    resumed = site.resume().ended(4).text
    assert "nothing of acme/1 is at AWS any more" in resumed and "tatami cancel acme/1" in resumed
    check_nothing(site)
    assert not re.search("nothing has been sent|before anything was sent", resumed)
    site.run("cancel", "acme/1", "--state", site.state).ended(0)
    assert site.resume().text.startswith("Nothing to resume")
