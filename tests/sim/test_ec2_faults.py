"""Wrong results: answers that look right and are not, so that every check of a client can be the one that fails."""
import hashlib

import pytest
from ec2_tools import Ec2, refused

AWAY = "eu-west-1"
DISK = b"\0" * 524288 + b"data" * 200000


@pytest.fixture
def ec2(sim):
    return Ec2(sim)


@pytest.fixture
def image(ec2):
    return ec2.registered(snapshot=ec2.imported(DISK), BootMode="legacy-bios")


@pytest.mark.parametrize("action", ["RegisterImage", "CopyImage"])
@pytest.mark.parametrize("kind, value, key", [
    ("wrong-architecture", "arm64", "Architecture"),
    ("wrong-boot-mode", "uefi", "BootMode"),
    ("wrong-name", "another", "Name"),
])
def test_a_wrong_text(ec2, image, action, kind, value, key):
    ec2.sim.faults({"action": action, "kind": kind, "value": value})
    if action == "CopyImage":
        got = ec2.available(ec2.copy(image, AWAY), AWAY)
    else:
        got = ec2.available(ec2.register("second", ec2.snapshots()[0]["snapshotId"], BootMode="legacy-bios"))
    assert got[key] == value and ec2.image(image)[key] != value


def test_a_wrong_size(ec2, image):
    ec2.sim.faults({"action": "CopyImage", "kind": "wrong-size", "value": "7"})
    got = ec2.available(ec2.copy(image, AWAY), AWAY)
    assert got["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 7


def test_a_missing_device(ec2, image):
    ec2.sim.faults({"action": "CopyImage", "kind": "missing-device", "value": "/dev/xvda"})
    assert ec2.available(ec2.copy(image, AWAY), AWAY)["BlockDeviceMappings"] == []


def test_a_missing_tag(ec2, image):
    ec2.sim.faults({"action": "CreateTags", "kind": "missing-tag", "value": "a"})
    ec2.client().create_tags(Resources=[image], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    assert ec2.image(image)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_an_available_image_turns_failed(ec2, image):
    ec2.sim.faults({"action": "CopyImage", "kind": "turns-failed", "value": "The disk is gone"})
    copy = ec2.copy(image, AWAY)
    ec2.available(copy, AWAY)
    ec2.step(120)
    got = ec2.image(copy, AWAY)
    assert (got["State"], got["StateReason"]["Message"]) == ("failed", "The disk is gone")


@pytest.mark.parametrize("action", ["RegisterImage", "CopyImage"])
def test_a_pending_image_fails(ec2, image, action):
    ec2.sim.faults({"action": action, "kind": "fails", "value": "Internal error"})
    region = AWAY if action == "CopyImage" else "us-east-1"
    if action == "CopyImage":
        made = ec2.copy(image, AWAY)
    else:
        made = ec2.register("second", ec2.snapshots()[0]["snapshotId"])
    got = ec2.until(lambda: ec2.image(made, region)["State"] != "pending" and ec2.image(made, region))
    assert (got["State"], got["StateReason"]["Message"]) == ("failed", "Internal error")
    with refused("InvalidAMIID.Unavailable"):
        ec2.public(made, region)


def test_an_import_fails(ec2):
    ec2.sim.faults({"action": "ImportSnapshot", "kind": "fails", "value": "ClientError: Disk validation failed [x]"})
    task = ec2.start_import(ec2.upload(DISK))
    detail = ec2.until(lambda: ec2.task(task)["Status"] == "deleted" and ec2.task(task))
    assert detail["StatusMessage"] == "ClientError: Disk validation failed [x]"


@pytest.mark.parametrize("action", ["ImportSnapshot", "CopyImage"])
def test_a_corrupted_block(ec2, action):
    ec2.sim.faults({"action": action, "kind": "corrupted-block", "value": "1"})
    image = ec2.registered(snapshot=ec2.imported(DISK))
    ec2.available(ec2.copy(image, AWAY), AWAY)
    good = hashlib.sha256(DISK).hexdigest()
    home = ec2.sim.blocks(snapshot=ec2.snapshots()[0]["snapshotId"])
    away = ec2.sim.blocks(snapshot=ec2.snapshots(AWAY)[0]["snapshotId"])
    assert (home["sha256"] == good) is (action == "CopyImage") and away["sha256"] != good
    if action == "CopyImage":
        assert [a == b for a, b in zip(home["blocks"], away["blocks"])].count(False) == 1


def test_a_modification_that_answers_true_and_does_nothing(ec2, image):
    ec2.sim.faults({"action": "ModifyImageAttribute", "kind": "no-effect"})
    ec2.public(image)
    assert ec2.image(image)["Public"] is False
    ec2.public(image)
    assert ec2.image(image)["Public"] is True


def test_a_deregistering_that_does_nothing(ec2, image):
    ec2.sim.faults({"action": "DeregisterImage", "kind": "no-effect"})
    ec2.client().deregister_image(ImageId=image)
    ec2.step(600)
    assert ec2.image(image)["State"] == "available"
