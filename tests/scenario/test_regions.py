"""One region in trouble: the others are as asked, nothing that succeeded is undone, and `resume` ends it well."""

import pytest
from release_tools import BUCKET, HOME, REGIONS, until

BAD = "eu-west-1"
GOOD = [region for region in REGIONS if region != BAD]


def always(action, kind="error", region=BAD, **more):
    return {"action": action, "region": region, "kind": kind, "count": 0, **more}


# What goes wrong in one region before the barrier, and a word that the message must hold.
BEFORE_BARRIER = {
    "denied": (always("CopyImage", code="UnauthorizedOperation", status=403), "UnauthorizedOperation"),
    "not enabled": (always("CopyImage", code="AuthFailure", status=401), "AuthFailure"),
    "turned off in mid-release": (always("*", code="AuthFailure", status=401, nth=2), "AuthFailure"),
    "copy fails": (always("CopyImage", kind="fails", value="Client.InternalError: no room"), "no room"),
    "attribute denied": (always("EnableImageDeprecation", code="UnauthorizedOperation", status=403),
                         "UnauthorizedOperation"),
}


def states(run):
    """The last state of every region."""
    return {event["region"]: event["state"] for event in run.events if "ami" in event or event["event"] == "error"}


def test_before_the_barrier(for_each):
    for_each(check_before_the_barrier, BEFORE_BARRIER)


def check_before_the_barrier(site, name):
    fault, word = BEFORE_BARRIER[name]
    site.sim.faults(fault)
    run = site.release("--public", "--deprecate-after", "90").ended(3)
    site.check_private()
    assert {region: state for region, state in states(run).items() if region in GOOD} == {r: "ready" for r in GOOD}
    failure, = run.failures()
    assert failure["region"] == BAD and word in failure.get("code", "") + failure["text"]
    assert "advice" in failure
    rows = run.result["manifest"]["images"][0]["regions"]
    assert sorted(rows) == sorted(GOOD)
    assert "1 of 3 failed" in run.result["text"] and "tatami resume" in run.result["text"]
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


@pytest.mark.smoke
def test_publish_when_each(for_each):
    for_each(check_publish_when_each, BEFORE_BARRIER)


def check_publish_when_each(site, name):
    fault, word = BEFORE_BARRIER[name]
    site.sim.faults(fault)
    run = site.release("--public", "--deprecate-after", "90", "--publish-when", "each").ended(3)
    assert word in run.text
    site.check_public(GOOD)
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_best_effort(for_each):
    for_each(check_best_effort, BEFORE_BARRIER)


def check_best_effort(site, name):
    fault, word = BEFORE_BARRIER[name]
    site.sim.faults(fault)
    run = site.release("--public", "--deprecate-after", "90", "--best-effort", BAD).ended(0)
    assert word in run.text
    site.check_public(GOOD)
    assert sorted(run.result["manifest"]["images"][0]["regions"]) == sorted(GOOD)
    assert run.result["text"].startswith("Done: 2 AMIs") and "1 failed in best-effort" in run.result["text"]


def test_best_effort_comes_late(site):
    """The wave does not wait for it; once it is verified it goes public by itself."""
    site.sim.faults(always("CopyImage", kind="throttle"))
    run = site.start_release("--public", "--best-effort", BAD, "--stall", "600")
    for region in GOOD:
        assert run.wait_for_event(event="cell", region=region, state="public")
    assert site.sim.images(region=BAD) == []
    site.sim.clear_faults()
    run.finish().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_region_that_is_off(make_site):
    """Named though it is off: the release goes on without it, and says how to turn it on."""
    site = make_site(world={"accounts": [{"id": "123456789012", "regions_off": ["af-south-1"]}]})
    run = site.release("--public", regions=[*REGIONS, "af-south-1"]).ended(3)
    site.check_private()
    failure, = run.failures()
    assert failure["region"] == "af-south-1" and "not enabled" in failure["text"]
    assert "enable-region --region-name af-south-1" in failure["advice"]
    site.check_no_doubles(unfinished=True)


def test_region_that_is_off_best_effort(make_site):
    site = make_site(world={"accounts": [{"id": "123456789012", "regions_off": ["af-south-1"]}]})
    site.release("--public", "--best-effort", "af-south-1", regions=[*REGIONS, "af-south-1"]).ended(0)
    site.check_public()


def test_regions_that_are_off_and_not_named(make_site):
    """Without --regions only what is enabled is meant."""
    off = ["af-south-1", "ap-east-1"]
    site = make_site(world={"accounts": [{"id": "123456789012", "regions_off": off}]}, speed=500)
    run = site.release("--public", regions=None).ended(0)
    assert len(run.result["manifest"]["images"][0]["regions"]) == 32


def test_public_quota_in_the_wave(make_site):
    """Five other AMIs are public in one region: EC2 refuses the sixth."""
    others = [{"imageId": f"ami-0000000000000000{i}", "region": BAD, "name": f"old {i}",
               "launchPermission": [{"group": "all"}]} for i in range(5)]
    site = make_site(world={"images": others})
    run = site.release("--public").ended(3)
    failure, = run.failures()
    assert (failure["region"], failure["code"]) == (BAD, "ResourceLimitExceeded")
    mine = site.sim.images(name="acme/1.0-x86_64-linux")
    assert sorted(i["region"] for i in mine if {"group": "all"} in i["launchPermission"]) == sorted(GOOD)
    rows = run.result["manifest"]["images"][0]["regions"]
    assert {region: row["public"] for region, row in rows.items()} == {**{r: True for r in GOOD}, BAD: False}
    site.client("ec2", BAD).deregister_image(ImageId=others[0]["imageId"])
    site.resume().ended(0)
    site.check_no_doubles(others={image["imageId"] for image in others})
    assert site.sim.count("CopyImage") == 2


def test_block_public_access_in_the_wave(make_site):
    site = make_site(world={"blockPublicAccess": [{"region": BAD, "images": "block-new-sharing"}]})
    run = site.release("--public").ended(3)
    failure, = run.failures()
    assert (failure["region"], failure["code"]) == (BAD, "OperationNotPermitted")
    site.check_public(GOOD)
    site.ec2(BAD, Action="DisableImageBlockPublicAccess")
    until(lambda: "unblocked" in site.ec2(BAD, Action="GetImageBlockPublicAccessState"))
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_import_fails(site):
    """The task is dead and its token would return it again: resume imports anew, and sends nothing twice."""
    site.sim.faults({"action": "ImportSnapshot", "kind": "fails", "value": "ClientError: Disk validation failed"})
    run = site.release("--public").ended(3)
    assert "Disk validation failed" in run.failures()[0]["text"]
    assert site.sim.images() == []
    sent = site.sim.count("UploadPart")
    site.resume().ended(0)
    assert site.sim.count("UploadPart") == sent
    assert site.sim.count("ImportSnapshot") == 2
    site.check_no_doubles(dead_tasks=1)
    site.check_public()


def test_name_is_taken_in_mid_release(site):
    """Somebody registers the name between the check and the import's end: nothing of theirs is touched."""
    snapshot = foreign_snapshot(site)
    site.sim.faults(always("CreateTags", kind="throttle", region=HOME))
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="tagging")
    theirs = site.client("ec2").register_image(
        Name="acme/1.0-x86_64-linux", Architecture="x86_64", RootDeviceName="/dev/xvda", VirtualizationType="hvm",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}])["ImageId"]
    site.sim.clear_faults()
    run.finish().ended(3)
    failure, = run.failures()
    assert "taken" in failure["text"] and theirs in failure["text"]
    site.check_private()
    assert [ami["imageId"] for ami in site.sim.images()] == [theirs]
    site.client("ec2").deregister_image(ImageId=theirs)
    site.resume().ended(0)
    site.check_public()
    assert len(site.sim.images(imageState="available")) == 3


def foreign_snapshot(site):
    volume_bytes = 1 << 20
    site.client("s3").put_object(Bucket=BUCKET, Key="theirs.raw", Body=b"theirs".ljust(volume_bytes, b"x"))
    ec2 = site.client("ec2")
    disk = {"Format": "RAW", "UserBucket": {"S3Bucket": BUCKET, "S3Key": "theirs.raw"}}
    task = ec2.import_snapshot(DiskContainer=disk)
    site.sim.clock(step=1800)

    def imported():
        tasks = ec2.describe_import_snapshot_tasks()["ImportSnapshotTasks"]
        return [row["SnapshotTaskDetail"].get("SnapshotId") for row in tasks
                if row["ImportTaskId"] == task["ImportTaskId"] and row["SnapshotTaskDetail"]["Status"] == "completed"]

    return until(imported)[0]


def test_home_fails(site):
    """Nothing can be copied from an AMI that is not there."""
    site.sim.faults(always("RegisterImage", region=HOME, code="UnauthorizedOperation", status=403))
    site.release("--public").ended(3)
    assert site.sim.count("CopyImage") == 0
    site.check_private()
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_deregistration_is_protected(site):
    """An AMI that came out wrong is protected already: it still makes room for the next attempt."""
    site.sim.faults(always("EnableImageDeprecation", kind="no-effect"))
    site.release("--public", "--protect", "--deprecate-after", "90").ended(3)
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_last_line_names_the_ways_on(site):
    """For people: what failed with the reason, and at the end what can be done."""
    site.sim.faults(always("CopyImage", code="UnauthorizedOperation", status=403))
    run = site.release("--public", json=False).ended(3)
    assert any(BAD in line and "UnauthorizedOperation" in line and "request" in line for line in run.lines)
    assert "1 of 3 failed" in run.lines[-1] and "`tatami resume`" in run.lines[-1]


def test_two_images_one_fails(site):
    """A failure of one image in one region stops no other image, and the barrier is one for all."""
    site.sim.faults(always("CopyImage", code="UnauthorizedOperation", status=403, match="aarch64"))
    run = site.release("--public", paths=site.two()).ended(3)
    assert [(f["image"], f["region"]) for f in run.failures()] == [("acme/1.0-aarch64-linux", BAD)]
    site.check_private()
    assert len(site.sim.images()) == 5
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles(images=2, disks=2)
    site.check_public(images=2)


def test_bucket_is_not_given_away(site):
    """What else is in the bucket stays."""
    site.client("s3").put_object(Bucket=BUCKET, Key="other", Body=b"bytes")
    site.release().ended(0)
    assert [found["key"] for found in site.sim.objects()] == ["other"]
