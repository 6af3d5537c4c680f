"""Images: registering, describing, ending them; pages and filters."""
import datetime

import pytest
from ec2_tools import HOME, Ec2, refused


@pytest.fixture
def ec2(sim):
    return Ec2(sim)


@pytest.fixture
def snapshot(ec2):
    return ec2.imported()


def names(client, **request):
    """Names of the images that are listed; asked twice since one answer may miss one."""
    seen = set()
    for _ in range(2):
        seen |= {image["Name"] for image in client.describe_images(**request)["Images"]}
    return sorted(seen)


# registering

def test_a_fresh_image_is_not_known_at_first_then_pending_then_available(ec2, snapshot):
    client = ec2.client()
    image = ec2.register(snapshot=snapshot)
    with refused("InvalidAMIID.NotFound", f"The image id '[{image}]' does not exist"):
        client.describe_images(ImageIds=[image])
    assert client.describe_images(Owners=["self"])["Images"] == []
    states = []
    for _ in range(300):
        ec2.sim.clock(step=0.1)
        states += [row["State"] for row in client.describe_images(Owners=["self"])["Images"]]
    assert states[0] == "pending" and states[-1] == "available" and set(states) == {"pending", "available"}


def test_an_available_image_is_missed_once_now_and_then(ec2, snapshot):
    client = ec2.client()
    missed = 0
    for i in range(30):
        image = ec2.register(f"nixos-{i}", snapshot)
        ec2.step(60)
        answers = [[row["ImageId"] for row in client.describe_images(
            Filters=[{"Name": "image-id", "Values": [image]}])["Images"]] for _ in range(5)]
        assert answers[0] == [image] and answers[4] == [image] and answers.count([]) <= 1
        missed += answers.count([])
    assert 1 <= missed <= 15


def test_an_image_says_what_it_was_registered_with(ec2, snapshot):
    image = ec2.available(ec2.register(
        snapshot=snapshot, Description="a release", BootMode="uefi", TpmSupport="v2.0", ImdsSupport="v2.0",
        SriovNetSupport="simple"))
    wanted = {
        "Name": "nixos-1", "Description": "a release", "Architecture": "x86_64", "VirtualizationType": "hvm",
        "BootMode": "uefi", "TpmSupport": "v2.0", "ImdsSupport": "v2.0", "SriovNetSupport": "simple",
        "EnaSupport": True, "RootDeviceName": "/dev/xvda", "RootDeviceType": "ebs", "Public": False,
        "OwnerId": "123456789012", "ImageLocation": "123456789012/nixos-1",
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {
            "SnapshotId": snapshot, "VolumeSize": 1, "VolumeType": "gp3", "DeleteOnTermination": True,
            "Encrypted": False}}],
    }
    assert {key: image.get(key) for key in wanted} == wanted


def test_the_defaults_are_those_of_another_century(ec2, snapshot):
    device = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": snapshot}}
    image = ec2.client().register_image(Name="old", RootDeviceName="/dev/sda1", BlockDeviceMappings=[device])
    got = ec2.available(image["ImageId"])
    assert (got["Architecture"], got["VirtualizationType"]) == ("i386", "paravirtual")


@pytest.mark.parametrize("change, code", [
    ({"Name": "ab"}, "InvalidAMIName.Malformed"),
    ({"Name": "a" * 129}, "InvalidAMIName.Malformed"),
    ({"Name": "nixos:1"}, "InvalidAMIName.Malformed"),
    ({"Architecture": "riscv64"}, "InvalidParameterValue"),
    ({"BootMode": "bios"}, "InvalidParameterValue"),
    ({"TpmSupport": "v2.0"}, "InvalidParameterCombination"),
    ({"UefiData": "not base64!"}, "InvalidParameterValue"),
    ({"Description": "d" * 256}, "InvalidParameterValue"),
    ({"RootDeviceName": "/dev/xvdz"}, "InvalidBlockDeviceMapping"),
    ({"VirtualizationType": "paravirtual"}, "InvalidParameterCombination"),
])
def test_a_wrong_parameter_is_refused(ec2, snapshot, change, code):
    with refused(code):
        ec2.register(**{"name": "nixos-1", "snapshot": snapshot,
                        **({"name": change["Name"]} if "Name" in change else change)})
    assert ec2.sim.state()["images"] == []


def test_the_snapshot_must_be_there_and_no_larger_than_the_volume(start_sim, write_json):
    large = "snap-00000000000000abc"
    world = {"snapshots": [{"snapshotId": large, "region": HOME, "volumeSize": 2}]}
    ec2 = Ec2(start_sim("--world", write_json(world)))
    with refused("InvalidSnapshot.NotFound"):
        ec2.register(snapshot="snap-00000000000000def")
    with refused("InvalidSnapshotID.Malformed"):
        ec2.register(snapshot="nonsense")
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": large, "VolumeSize": 1}}
    with refused("InvalidBlockDeviceMapping", f"smaller than snapshot '{large}', expect size >= 2GB"):
        ec2.register(snapshot=large, BlockDeviceMappings=[device])
    device["Ebs"]["VolumeSize"] = 5
    image = ec2.available(ec2.register(snapshot=large, BlockDeviceMappings=[device]))
    assert image["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 5


def test_a_name_is_taken_once_until_its_image_is_gone(ec2, snapshot):
    image = ec2.registered(snapshot=snapshot)
    with refused("InvalidAMIName.Duplicate", image):
        ec2.register(snapshot=snapshot)
    ec2.client().deregister_image(ImageId=image)
    with refused("InvalidAMIName.Duplicate"):
        ec2.register(snapshot=snapshot)
    ec2.step(20)
    assert ec2.register(snapshot=snapshot) != image


def test_tags_come_with_the_image(ec2, snapshot):
    with ec2.raw("RegisterImage", TagSpecification__1__ResourceType="image",
                 TagSpecification__1__Tag__1__Key="Name", TagSpecification__1__Tag__1__Value="nixos"):
        image = ec2.register(snapshot=snapshot)
    assert ec2.available(image)["Tags"] == [{"Key": "Name", "Value": "nixos"}]


# what a request must be

def test_unknown_and_missing_parameters_are_refused(ec2):
    with ec2.raw("DescribeImages", Nonsense="1") as client, refused("UnknownParameter", "Nonsense"):
        client.describe_images()
    with refused("InvalidParameterValue", "The filter 'colour' is invalid"):
        ec2.client().describe_images(Filters=[{"Name": "colour", "Values": ["red"]}])
    with refused("InvalidAMIID.Malformed"):
        ec2.client().describe_images(ImageIds=["snap-123"])
    with refused("MissingParameter"):
        ec2.client().register_image(Name="nixos")


def test_a_dry_run_does_nothing(ec2, snapshot):
    with refused("DryRunOperation") as error:
        ec2.register(snapshot=snapshot, DryRun=True)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert ec2.sim.state()["images"] == []


# describing

def test_filters_know_wildcards_tags_and_devices(ec2, snapshot):
    client = ec2.client()
    ids = {name: ec2.registered(name, snapshot) for name in ("nixos/25.11-x86_64", "nixos/25.11-arm64", "other")}
    client.create_tags(Resources=[ids["other"]], Tags=[{"Key": "Team", "Value": "red*"}])

    def found(*values, name="name"):
        return names(client, Filters=[{"Name": name, "Values": list(values)}])

    assert found("nixos/*") == ["nixos/25.11-arm64", "nixos/25.11-x86_64"]
    assert found("nixos/25.11-??????") == ["nixos/25.11-x86_64"]
    assert found("*arm64", "oth?r") == ["nixos/25.11-arm64", "other"]
    assert found("nixos") == []
    assert found("Te*", name="tag-key") == ["other"]
    assert found("red\\*", name="tag:Team") == ["other"] and found("red?", name="tag:Team") == ["other"]
    assert found("green", name="tag:Team") == []
    assert len(found(snapshot, name="block-device-mapping.snapshot-id")) == 3
    assert len(found("false", name="is-public")) == 3
    year = str(datetime.datetime.now().year)
    assert len(found(year + "-*", name="creation-date")) == 3
    two = [{"Name": "name", "Values": ["nixos*"]}, {"Name": "image-id", "Values": [ids["nixos/25.11-arm64"]]}]
    assert names(client, Filters=two) == ["nixos/25.11-arm64"]


# the end of an image

def test_a_deregistered_image_is_listed_then_empty_then_unknown(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    ec2.image(image), ec2.image(image)
    client.deregister_image(ImageId=image)
    seen = []
    for _ in range(100):
        try:
            seen.append(len(client.describe_images(ImageIds=[image])["Images"]))
        except client.exceptions.ClientError as error:
            seen.append(error.response["Error"]["Code"])
        ec2.step(1)
    assert seen[0] == 1 and 0 in seen and seen[-1] == "InvalidAMIID.NotFound"
    assert seen == sorted(seen, key=[1, 0, "InvalidAMIID.NotFound"].index)


def test_a_snapshot_in_use_cannot_be_deleted(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    with refused("InvalidSnapshot.InUse", f"The snapshot {snapshot} is currently in use by {image}"):
        client.delete_snapshot(SnapshotId=snapshot)
    client.deregister_image(ImageId=image)
    client.delete_snapshot(SnapshotId=snapshot)
    with refused("InvalidSnapshot.NotFound"):
        client.describe_snapshots(SnapshotIds=[snapshot])


def test_deregistering_can_take_the_snapshots_along(ec2, snapshot):
    first, second = ec2.registered("one", snapshot), ec2.registered("two", snapshot)
    with ec2.raw("DeregisterImage", DeleteAssociatedSnapshots="true") as client:
        client.deregister_image(ImageId=first)
        assert len(ec2.snapshots()) == 1
        client.deregister_image(ImageId=second)
    assert ec2.snapshots() == []


def call(ec2, action, image, **more):
    """An action that this botocore does not know, sent in the clothes of one that it does."""
    with ec2.raw("DisableImageDeprecation", Action=action, **more) as client:
        return client.disable_image_deprecation(ImageId=image)


def test_a_protected_image_cannot_be_deregistered_until_the_cooldown_is_over(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    call(ec2, "EnableImageDeregistrationProtection", image, WithCooldown="true")
    with refused("OperationNotPermitted"):
        client.deregister_image(ImageId=image)
    call(ec2, "DisableImageDeregistrationProtection", image)
    ec2.step(23 * 3600)
    with refused("OperationNotPermitted"):
        client.deregister_image(ImageId=image)
    ec2.step(2 * 3600)
    client.deregister_image(ImageId=image)


def test_disabling_drops_launch_permissions_and_hides(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    ec2.public(image)
    call(ec2, "DisableImage", image)
    assert names(client, Owners=["self"]) == []
    call(ec2, "EnableImage", image)
    got = ec2.image(image)
    assert (got["State"], got["Public"]) == ("available", False)


def test_deprecation_is_rounded_and_limited(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    now = datetime.datetime.now(datetime.timezone.utc)
    when = (now + datetime.timedelta(days=90)).replace(second=40, microsecond=0)
    client.enable_image_deprecation(ImageId=image, DeprecateAt=when)
    rounded = when.replace(second=0) + datetime.timedelta(minutes=1)
    assert ec2.image(image)["DeprecationTime"] == rounded.strftime("%Y-%m-%dT%H:%M:00.000Z")
    for days in (-1, 3660):
        with refused("InvalidParameterValue"):
            client.enable_image_deprecation(ImageId=image, DeprecateAt=now + datetime.timedelta(days=days))
    client.disable_image_deprecation(ImageId=image)
    assert "DeprecationTime" not in ec2.image(image)


# regions and tags

def test_regions_say_whether_they_are_on(ec2):
    client = ec2.client()
    found = client.describe_regions(AllRegions=True)["Regions"]
    assert len(found) == 34
    assert {row["OptInStatus"] for row in found} == {"opt-in-not-required", "opted-in"}
    (row,) = client.describe_regions(RegionNames=[HOME])["Regions"]
    assert row["Endpoint"] == f"ec2.{HOME}.amazonaws.com" and row["OptInStatus"] == "opt-in-not-required"
    europe = client.describe_regions(Filters=[{"Name": "region-name", "Values": ["eu-*"]}])["Regions"]
    assert len(europe) == 8
    with refused("InvalidParameterValue"):
        client.describe_regions(RegionNames=["moon-north-1"])


def test_tags_are_made_changed_listed_and_taken(ec2, snapshot):
    client = ec2.client()
    image = ec2.registered(snapshot=snapshot)
    client.create_tags(Resources=[image, snapshot], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    client.create_tags(Resources=[image], Tags=[{"Key": "a", "Value": "3"}])
    tags = client.describe_tags(Filters=[{"Name": "resource-id", "Values": [image]}])["Tags"]
    assert [(tag["Key"], tag["Value"]) for tag in tags] == [("a", "3"), ("b", "2")]
    assert {tag["ResourceType"] for tag in tags} == {"image"}
    client.delete_tags(Resources=[image], Tags=[{"Key": "a", "Value": "other"}, {"Key": "b"}])
    assert ec2.image(image)["Tags"] == [{"Key": "a", "Value": "3"}]
    with refused("InvalidParameterValue", "aws:"):
        client.create_tags(Resources=[image], Tags=[{"Key": "aws:x", "Value": "1"}])
    with refused("InvalidAMIID.NotFound"):
        client.create_tags(Resources=[image, "ami-00000000000000009"], Tags=[{"Key": "new", "Value": "1"}])
    assert ec2.image(image)["Tags"] == [{"Key": "a", "Value": "3"}]
    with refused("TagLimitExceeded"):
        client.create_tags(Resources=[image], Tags=[{"Key": f"k{i}", "Value": ""} for i in range(50)])
