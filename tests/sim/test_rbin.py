"""The Recycle Bin: retention rules, what they keep, restoring it, and the end of the time."""
import datetime

import pytest
from ec2_tools import HOME, Ec2, refused

DAY = 24 * 3600
OTHER = "210987654321"


def period(days):
    return {"RetentionPeriodValue": days, "RetentionPeriodUnit": "DAYS"}


def image(number, **more):
    return {"imageId": f"ami-{number}", "region": HOME, "name": f"nixos-{number}",
            "blockDeviceMapping": [{"deviceName": "/dev/xvda", "snapshotId": f"snap-{number}", "volumeSize": 2}], **more}


def snapshot(number, **more):
    return {"snapshotId": f"snap-{number}", "region": HOME, "volumeSize": 2, "description": f"of {number}", **more}


@pytest.fixture
def make(start_sim, write_json):
    def start(**world):
        world = {"images": [image(1), image(2, tags={"Keep": "long", "Name": "x"})],
                 "snapshots": [snapshot(1), snapshot(2)], **world}
        return Ec2(start_sim("--seed", 7, "--world", write_json(world, "world.json")))

    return start


@pytest.fixture
def ec2(make):
    return make()


def binned(ec2, kind="images"):
    if kind == "images":
        return {row["ImageId"]: row for row in ec2.client().list_images_in_recycle_bin()["Images"]}
    return {row["SnapshotId"]: row for row in ec2.client().list_snapshots_in_recycle_bin()["Snapshots"]}


def live(ec2):
    client = ec2.client()
    return ({row["ImageId"] for row in client.describe_images(Owners=["self"])["Images"]},
            {row["SnapshotId"] for row in client.describe_snapshots(OwnerIds=["self"])["Snapshots"]})


# rules

def test_a_rule_is_made_shown_and_deleted(ec2):
    rbin = ec2.client("rbin")
    made = rbin.create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=period(7), Description="a week",
                            ResourceTags=[{"ResourceTagKey": "Keep", "ResourceTagValue": "long"}])
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert len(made["Identifier"]) == 11 and made["Status"] == "pending"
    ec2.step(1801)
    rule = rbin.get_rule(Identifier=made["Identifier"])
    assert (rule["Status"], rule["RetentionPeriod"], rule["Description"], rule["ResourceType"], rule["LockState"]) == (
        "available", period(7), "a week", "EC2_IMAGE", "unlocked")
    assert rule["RuleArn"] == f"arn:aws:rbin:{HOME}:123456789012:rule/{made['Identifier']}"
    (row,) = rbin.list_rules(ResourceType="EC2_IMAGE")["Rules"]
    assert (row["Identifier"], row["RetentionPeriod"]) == (made["Identifier"], period(7))
    assert rbin.list_rules(ResourceType="EBS_SNAPSHOT")["Rules"] == []
    assert rbin.list_rules(ResourceType="EC2_IMAGE", ResourceTags=[{"ResourceTagKey": "Other"}])["Rules"] == []
    assert ec2.client("rbin", "eu-west-1").list_rules(ResourceType="EC2_IMAGE")["Rules"] == []
    rbin.delete_rule(Identifier=made["Identifier"])
    with refused("ResourceNotFoundException"):
        rbin.get_rule(Identifier=made["Identifier"])
    mutating = {row["action"] for row in ec2.sim.ask("requests")["requests"] if row["mutating"]}
    assert mutating == {"CreateRule", "DeleteRule"}


def test_rules_come_in_pages(make):
    rules = [{"region": HOME, "ResourceType": "EBS_SNAPSHOT", "RetentionPeriod": period(n + 1)} for n in range(5)]
    rbin = make(retentionRules=rules).client("rbin")
    pages = [*rbin.get_paginator("list_rules").paginate(ResourceType="EBS_SNAPSHOT", PaginationConfig={"PageSize": 2})]
    assert [len(page["Rules"]) for page in pages] == [2, 2, 1]
    assert len({rule["Identifier"] for page in pages for rule in page["Rules"]}) == 5


@pytest.mark.parametrize("change", [
    {"ResourceType": "EC2_INSTANCE"}, {"RetentionPeriod": period(0)}, {"RetentionPeriod": period(3651)},
    {"ResourceTags": [{"ResourceTagKey": "a"}], "ExcludeResourceTags": [{"ResourceTagKey": "b"}]}])
def test_what_is_no_rule_is_refused(ec2, change):
    with refused("ValidationException"):
        ec2.client("rbin").create_rule(**{"ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1), **change})


def test_a_locked_rule_stays(ec2):
    rbin = ec2.client("rbin")
    rule = rbin.create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=period(1), LockConfiguration={
        "UnlockDelay": {"UnlockDelayValue": 7, "UnlockDelayUnit": "DAYS"}})
    assert rule["LockState"] == "locked"
    with refused("ConflictException"):
        rbin.delete_rule(Identifier=rule["Identifier"])


def test_the_first_rule_takes_its_time_the_next_does_not(ec2):
    rbin, client = ec2.client("rbin"), ec2.client()
    rbin.create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=period(1))
    ec2.step(60)
    client.deregister_image(ImageId="ami-1")
    assert binned(ec2) == {}
    rbin.create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=period(2))
    ec2.step(5)
    client.deregister_image(ImageId="ami-2")
    assert binned(ec2).keys() == {"ami-2"}


def test_there_is_an_end_to_rules(make):
    rules = [{"region": HOME, "ResourceType": "EBS_SNAPSHOT", "RetentionPeriod": period(1)}] * 250
    rbin = make(retentionRules=rules).client("rbin")
    with refused("ServiceQuotaExceededException"):
        rbin.create_rule(ResourceType="EC2_IMAGE", RetentionPeriod=period(1))


# what they keep

def test_tags_of_what_is_kept_can_be_read_and_changed(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1)}])
    client = ec2.client()
    client.deregister_image(ImageId="ami-2")
    client.create_tags(Resources=["ami-2"], Tags=[{"Key": "New", "Value": "1"}])
    client.delete_tags(Resources=["ami-2"], Tags=[{"Key": "Name"}])

    def tags():
        return {row["Key"]: row["Value"] for row in client.describe_tags(
            Filters=[{"Name": "resource-id", "Values": ["ami-2"]}])["Tags"]}

    assert tags() == {"Keep": "long", "New": "1", "aws:recycle-bin:resource-in-bin": "true"}
    client.restore_image_from_recycle_bin(ImageId="ami-2")
    assert tags() == {"Keep": "long", "New": "1"}


def test_without_a_rule_nothing_is_kept(ec2):
    ec2.client().deregister_image(ImageId="ami-1", DeleteAssociatedSnapshots=True)
    assert binned(ec2) == {} and binned(ec2, "snapshots") == {}


def test_an_image_and_its_snapshot_come_back(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": kind, "RetentionPeriod": period(7)}
                               for kind in ("EC2_IMAGE", "EBS_SNAPSHOT")],
               images=[image(1, tags={"Name": "x"}, description="d"), image(2)])
    client = ec2.client()
    answer = client.deregister_image(ImageId="ami-1", DeleteAssociatedSnapshots=True)
    assert answer["DeleteSnapshotResults"] == [{"SnapshotId": "snap-1", "ReturnCode": "success"}]
    assert live(ec2) == ({"ami-2"}, {"snap-2"})
    row = binned(ec2)["ami-1"]
    assert (row["Name"], row["Description"]) == ("nixos-1", "d")
    assert row["RecycleBinExitTime"] - row["RecycleBinEnterTime"] == datetime.timedelta(days=7)
    assert binned(ec2, "snapshots")["snap-1"]["Description"] == "of 1"
    state = ec2.sim.state()
    assert [row.get("imageId") or row["snapshotId"] for row in state["recycleBin"]] == ["ami-1", "snap-1"]
    assert [row["imageId"] for row in state["images"]] == ["ami-2"]
    with refused("InvalidSnapshot.NotFound", "snap-1"):
        client.restore_image_from_recycle_bin(ImageId="ami-1")
    restored = client.restore_snapshot_from_recycle_bin(SnapshotId="snap-1")
    assert (restored["SnapshotId"], restored["State"], restored["VolumeSize"]) == ("snap-1", "recovering", 2)
    assert client.restore_image_from_recycle_bin(ImageId="ami-1")["Return"] is True
    ec2.step(15)
    assert live(ec2) == ({"ami-1", "ami-2"}, {"snap-1", "snap-2"})
    assert client.describe_snapshots(SnapshotIds=["snap-1"])["Snapshots"][0]["State"] == "completed"
    back = client.describe_images(ImageIds=["ami-1"])["Images"][0]
    assert (back["State"], back["Tags"]) == ("available", [{"Key": "Name", "Value": "x"}])
    assert binned(ec2) == {} and binned(ec2, "snapshots") == {}
    with refused("InvalidSnapshot.InUse"):
        client.delete_snapshot(SnapshotId="snap-1")


def test_time_runs_out(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(2)}])
    ec2.client().deregister_image(ImageId="ami-1")
    ec2.step(2 * DAY - 60)
    assert binned(ec2).keys() == {"ami-1"}
    ec2.step(120)
    assert binned(ec2) == {}
    with refused("InvalidAMIID.NotFound"):
        ec2.client().restore_image_from_recycle_bin(ImageId="ami-1")


def test_the_longest_rule_that_fits_counts(make):
    ec2 = make(retentionRules=[
        {"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1)},
        {"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(9),
         "ResourceTags": [{"ResourceTagKey": "Keep", "ResourceTagValue": "long"}]},
        {"region": "eu-west-1", "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(30)}])
    for number in (1, 2):
        ec2.client().deregister_image(ImageId=f"ami-{number}")
    rows = binned(ec2)
    days = {name: (row["RecycleBinExitTime"] - row["RecycleBinEnterTime"]).days for name, row in rows.items()}
    assert days == {"ami-1": 1, "ami-2": 9}


def test_tags_choose_and_exclude(make):
    tag = [{"ResourceTagKey": "Keep"}]
    chosen = make(retentionRules=[{"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1), "ResourceTags": tag}])
    excluded = make(retentionRules=[
        {"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1), "ExcludeResourceTags": tag}])
    for ec2, kept in ((chosen, "ami-2"), (excluded, "ami-1")):
        for number in (1, 2):
            ec2.client().deregister_image(ImageId=f"ami-{number}")
        assert binned(ec2).keys() == {kept}


def test_an_image_in_the_bin_uses_no_snapshot_and_no_name(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1)}])
    client = ec2.client()
    client.deregister_image(ImageId="ami-1")
    with refused("InvalidAMIID.NotFound"):
        client.describe_images(ImageIds=["ami-1"])
    client.delete_snapshot(SnapshotId="snap-1")
    with refused("InvalidSnapshot.NotFound"):
        client.restore_image_from_recycle_bin(ImageId="ami-1")


def test_the_bin_is_listed_in_pages(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": "EBS_SNAPSHOT", "RetentionPeriod": period(1)}],
               images=[], snapshots=[snapshot(n) for n in range(17)], pages=[{"short": False}])
    client = ec2.client()
    for n in range(17):
        client.delete_snapshot(SnapshotId=f"snap-{n}")
    pages = [*client.get_paginator("list_snapshots_in_recycle_bin").paginate(PaginationConfig={"PageSize": 5})]
    assert [len(page["Snapshots"]) for page in pages] == [5, 5, 5, 2]
    (row,) = client.list_snapshots_in_recycle_bin(SnapshotIds=["snap-3"])["Snapshots"]
    assert row["SnapshotId"] == "snap-3"
    with refused("InvalidSnapshot.NotFound"):
        client.list_snapshots_in_recycle_bin(SnapshotIds=["snap-99"])


def test_a_reset_empties_the_bin(make):
    ec2 = make(retentionRules=[{"region": HOME, "ResourceType": "EC2_IMAGE", "RetentionPeriod": period(1)}])
    ec2.client().deregister_image(ImageId="ami-1")
    ec2.sim.reset()
    assert binned(ec2) == {} and live(ec2)[0] == {"ami-1", "ami-2"}
    assert len(ec2.client("rbin").list_rules(ResourceType="EC2_IMAGE")["Rules"]) == 1
