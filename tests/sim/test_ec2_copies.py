"""CopyImage and CopySnapshot: minutes of pending, tokens, limits, what is carried over."""
import hashlib
import re

import pytest
from ec2_tools import HOME, Ec2, refused

AWAY = "eu-west-1"
DISK = bytes(range(256)) * 8192


@pytest.fixture
def ec2(sim):
    return Ec2(sim)


@pytest.fixture
def image(ec2):
    return ec2.registered(snapshot=ec2.imported(DISK), BootMode="uefi", TpmSupport="v2.0", ImdsSupport="v2.0",
                          SriovNetSupport="simple")


def progress(ec2, region=AWAY):
    return [int(row["progress"].rstrip("%")) for row in ec2.snapshots(region)]


def test_a_copy_is_pending_for_minutes_with_true_percentages(ec2, image):
    client = ec2.client(region=AWAY)
    copy = ec2.copy(image, AWAY)
    with refused("InvalidAMIID.NotFound"):
        client.describe_images(ImageIds=[copy])
    assert client.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []
    states, percent = [], []
    for _ in range(120):
        ec2.step(15)
        states.append(ec2.image(copy, AWAY)["State"])
        percent += progress(ec2)
    assert 4 * 60 <= 15 * states.count("pending") <= 16 * 60 and states[-1] == "available"
    assert states == sorted(states, reverse=True)
    assert percent == sorted(percent) and percent[-1] == 100 and len(set(percent)) > 10


def test_a_copy_carries_over_what_its_source_is(ec2, image):
    got = ec2.available(ec2.copy(image, AWAY, "copied", Description="d"), AWAY)
    source = ec2.image(image)
    for key in ("Architecture", "BootMode", "TpmSupport", "ImdsSupport", "EnaSupport", "SriovNetSupport",
                "VirtualizationType", "RootDeviceName"):
        assert got[key] == source[key]
    (state,) = [row for row in ec2.sim.state()["images"] if row["region"] == AWAY]
    assert (state["sourceImageId"], state["sourceImageRegion"]) == (image, HOME)
    assert (got["Name"], got["Description"], got["Public"]) == ("copied", "d", False)
    device, source_device = got["BlockDeviceMappings"][0]["Ebs"], source["BlockDeviceMappings"][0]["Ebs"]
    assert device["SnapshotId"] != source_device["SnapshotId"]
    assert {**device, "SnapshotId": ""} == {**source_device, "SnapshotId": ""}


def test_a_copied_snapshot_holds_the_same_bytes_and_says_where_from(ec2, image):
    copy = ec2.copy(image, AWAY)
    ec2.available(copy, AWAY)
    (snapshot,) = ec2.snapshots(AWAY)
    (source,) = ec2.snapshots(HOME)
    assert ec2.sim.blocks(snapshot=snapshot["snapshotId"])["sha256"] == hashlib.sha256(DISK).hexdigest()
    assert re.fullmatch(f"Copied for DestinationAmi {copy} from SourceAmi {image} for SourceSnapshot "
                        rf"{source['snapshotId']}\. Task created on \d,\d{{3}},\d{{3}},\d{{3}},\d{{3}}\.",
                        snapshot["description"])


def test_tags_go_on_image_and_snapshots(ec2, image):
    client = ec2.client(region=AWAY)
    events = {}

    def add(params, **_):
        for i, kind in enumerate(("image", "snapshot"), 1):
            events[f"TagSpecification.{i}.ResourceType"] = kind
            events[f"TagSpecification.{i}.Tag.1.Key"] = "tatami:id"
            events[f"TagSpecification.{i}.Tag.1.Value"] = kind
        params["body"].update(events)

    client.meta.events.register("before-call.ec2.CopyImage", add)
    copy = ec2.copy(image, AWAY)
    ec2.step(60)
    assert ec2.image(copy, AWAY)["Tags"] == [{"Key": "tatami:id", "Value": "image"}]
    assert ec2.snapshots(AWAY)[0]["tags"] == {"tatami:id": "snapshot"}


def test_copies_may_have_one_name_and_do_not_inherit_permissions(ec2, image):
    ec2.public(image)
    first, second = ec2.copy(image, AWAY), ec2.copy(image, AWAY)
    assert first != second
    for copy in (first, second):
        assert ec2.available(copy, AWAY)["Public"] is False


def test_a_second_copy_of_a_snapshot_waits_for_the_first(ec2, image):
    ec2.copy(image, AWAY), ec2.copy(image, AWAY, "other")
    for _ in range(100):
        ec2.step(15)
        first, second = progress(ec2)
        assert second == 0 or first == 100
    assert (first, second) == (100, 100)


def test_a_token_gives_the_first_copy_again(ec2, image):
    first = ec2.copy(image, AWAY, ClientToken="t")
    ec2.step(3600)
    assert ec2.copy(image, AWAY, ClientToken="t") == first
    with refused("IdempotentParameterMismatch"):
        ec2.copy(image, AWAY, "other", ClientToken="t")
    assert ec2.copy(image, "eu-west-2", ClientToken="t") != first


def test_twenty_snapshot_copies_at_once_are_the_limit(ec2, image):
    for i in range(20):
        ec2.copy(image, AWAY, f"nixos-{i}")
    with refused("ResourceLimitExceeded",
                 "Too many snapshot copies in progress. The limit is 20 for this destination region."):
        ec2.copy(image, AWAY, "one too many")
    ec2.copy(image, "eu-west-2", "elsewhere there is room")


def test_the_source_must_be_there_and_available(ec2, image):
    with refused("InvalidAMIID.NotFound"):
        ec2.copy("ami-00000000000000009", AWAY)
    pending = ec2.copy(image, AWAY)
    ec2.step(10)
    with refused("InvalidAMIID.Unavailable", f"The AMI ID '{pending}' is currently pending"):
        ec2.client(region="eu-west-2").copy_image(Name="nixos", SourceImageId=pending, SourceRegion=AWAY)
    with refused("InvalidParameterValue"):
        ec2.client(region=AWAY).copy_image(Name="nixos", SourceImageId=image, SourceRegion="moon-north-1")


def test_a_pending_image_cannot_be_modified(ec2, image):
    copy = ec2.copy(image, AWAY)
    ec2.step(10)
    with refused("InvalidAMIID.Unavailable",
                 f"The AMI ID '{copy}' is currently pending and may not be used for this operation"):
        ec2.public(copy, AWAY)


def test_a_key_of_another_region_fails_the_copy_later(ec2, image):
    copy = ec2.copy(image, AWAY, Encrypted=True, KmsKeyId="arn:aws:kms:us-east-1:123456789012:key/1")
    got = ec2.until(lambda: ec2.image(copy, AWAY)["State"] != "pending" and ec2.image(copy, AWAY))
    assert got["State"] == "failed" and "Given key ID is not accessible" in got["StateReason"]["Message"]
    (snapshot,) = ec2.snapshots(AWAY)
    assert (snapshot["status"], snapshot["statusMessage"]) == ("error", "Given key ID is not accessible")


def test_an_encrypted_copy_cannot_be_public(ec2, image):
    copy = ec2.copy(image, AWAY, Encrypted=True)
    assert ec2.available(copy, AWAY)["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    with refused("UnsupportedOperation"):
        ec2.public(copy, AWAY)


def test_a_snapshot_can_be_copied_alone(ec2, image):
    (source,) = ec2.snapshots(HOME)
    client = ec2.client(region=AWAY)
    copy = client.copy_snapshot(SourceRegion=HOME, SourceSnapshotId=source["snapshotId"], Description="d")["SnapshotId"]
    done = ec2.until(lambda: client.describe_snapshots(
        SnapshotIds=[copy], Filters=[{"Name": "status", "Values": ["completed"]}])["Snapshots"])
    assert (done[0]["Description"], done[0]["VolumeSize"]) == ("d", 1)
    with refused("InvalidSnapshot.NotFound"):
        client.copy_snapshot(SourceRegion=HOME, SourceSnapshotId="snap-00000000000000009")


def test_the_same_seed_takes_the_same_time_in_any_order(ec2, image):
    def minutes(regions):
        for region in regions:
            ec2.copy(image, region)
        done = {}
        for second in range(0, 1800, 10):
            ec2.step(10)
            for row in ec2.sim.state()["images"]:
                if row["region"] != HOME and row["imageState"] == "available":
                    done.setdefault(row["region"], second)
        return done

    first = minutes([AWAY, "eu-west-2"])
    ec2.sim.reset()
    image = ec2.registered(snapshot=ec2.imported(DISK))
    assert minutes(["eu-west-2", AWAY]) == first and len(set(first.values())) == 2
