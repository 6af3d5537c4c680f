"""Who sees an image or a snapshot: launch permissions, quotas, block public access, other accounts."""
import re

import pytest
from ec2_tools import HOME, Ec2, refused
from wire import send, signed

OTHER = "999988887777"
OTHER_KEY = {"aws_access_key_id": "AKIAOTHER", "aws_secret_access_key": "other-secret"}
ORGANIZATION = "arn:aws:organizations::111122223333:organization/o-friends"
WORLD = {"accounts": [{"id": OTHER, "organization": "o-friends",
                       "keys": [{"id": "AKIAOTHER", "secret": "other-secret"}]}]}


@pytest.fixture
def ec2(start_sim, write_json):
    return Ec2(start_sim("--world", write_json(WORLD)))


@pytest.fixture
def other(ec2):
    return ec2.sim.client("ec2", HOME, OTHER_KEY)


@pytest.fixture
def image(ec2):
    return ec2.registered()


def permissions(ec2, image):
    return ec2.client().describe_image_attribute(ImageId=image, Attribute="launchPermission")["LaunchPermissions"]


def sees(client, image):
    """Asked twice since one answer may miss it."""
    found = [row["ImageId"] for _ in range(2) for row in client.describe_images(
        Filters=[{"Name": "image-id", "Values": [image]}])["Images"]]
    return image in found


@pytest.mark.parametrize("add, remove", [
    ({"LaunchPermission": {"Add": [{"Group": "all"}]}}, {"LaunchPermission": {"Remove": [{"Group": "all"}]}}),
    ({"Attribute": "launchPermission", "OperationType": "add", "UserGroups": ["all"]},
     {"Attribute": "launchPermission", "OperationType": "remove", "UserGroups": ["all"]}),
])
def test_public_and_private_in_both_styles(ec2, other, image, add, remove):
    client = ec2.client()
    assert not sees(other, image) and permissions(ec2, image) == []
    client.modify_image_attribute(ImageId=image, **add)
    assert permissions(ec2, image) == [{"Group": "all"}] and ec2.image(image)["Public"] is True
    assert sees(other, image)
    client.modify_image_attribute(ImageId=image, **remove)
    assert permissions(ec2, image) == [] and not sees(other, image)


@pytest.mark.parametrize("grant, named", [
    ({"UserId": OTHER}, True), ({"OrganizationArn": ORGANIZATION}, False),
])
def test_sharing_with_an_account_or_its_organization(ec2, other, image, grant, named):
    ec2.client().modify_image_attribute(ImageId=image, LaunchPermission={"Add": [grant]})
    assert permissions(ec2, image) == [grant] and sees(other, image)
    assert other.describe_images(Owners=["self"])["Images"] == []
    executable = [row["ImageId"] for _ in range(2) for row in other.describe_images(
        ExecutableUsers=["self"])["Images"]]
    assert (image in executable) is named
    with refused("AuthFailure", f"Not authorized for image:{image}"):
        other.describe_image_attribute(ImageId=image, Attribute="launchPermission")
    with refused("AuthFailure"):
        other.deregister_image(ImageId=image)


def test_a_copy_needs_the_snapshots_too(ec2, other, image):
    client = ec2.client()
    client.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": OTHER}]})
    with refused("InvalidRequest", "You do not have permission to access the storage of this ami"):
        other.copy_image(Name="mine", SourceImageId=image, SourceRegion=HOME)
    (snapshot,) = ec2.snapshots()
    client.modify_snapshot_attribute(SnapshotId=snapshot["snapshotId"], Attribute="createVolumePermission",
                                     OperationType="add", UserIds=[OTHER])
    assert other.copy_image(Name="mine", SourceImageId=image, SourceRegion=HOME)["ImageId"].startswith("ami-")


@pytest.mark.parametrize("grant, kind", [
    ({"UserId": "12345"}, "userId"), ({"Group": "everybody"}, "group"), ({"OrganizationArn": "o-1"}, "organizationArn"),
])
def test_a_grantee_must_be_well_formed(ec2, image, grant, kind):
    with refused("InvalidAMIAttributeItemValue", f"for {kind} item type."):
        ec2.client().modify_image_attribute(ImageId=image, LaunchPermission={"Add": [grant]})


def test_the_sixth_public_image_is_refused_in_the_words_of_aws(ec2):
    snapshot = ec2.imported()
    images = [ec2.registered(f"nixos-{i}", snapshot) for i in range(6)]
    for image in images[:5]:
        ec2.public(image)
    ec2.public(images[0])
    with refused("ResourceLimitExceeded", "You have reached your quota of 5 for the number of public images allowed "
                                          "in this Region. Deregister unused public images"):
        ec2.public(images[5])
    ec2.client().reset_image_attribute(ImageId=images[0], Attribute="launchPermission")
    ec2.public(images[5])


def block(ec2, action, **more):
    """An action that this botocore does not know."""
    with ec2.raw("DescribeRegions", Action=action, **more) as client:
        return client.describe_regions()


def test_block_public_access_stops_new_public_images(ec2, image):
    second = ec2.registered("second", ec2.snapshots()[0]["snapshotId"])
    ec2.public(image)
    block(ec2, "EnableImageBlockPublicAccess", ImageBlockPublicAccessState="block-new-sharing")
    ec2.step(600)
    with refused("OperationNotPermitted", "block public access for AMIs is enabled for this account"):
        ec2.public(second)
    assert ec2.image(image)["Public"] is True
    block(ec2, "DisableImageBlockPublicAccess")
    ec2.step(600)
    ec2.public(second)


def test_a_change_of_block_public_access_takes_minutes(ec2, image):
    block(ec2, "EnableImageBlockPublicAccess", ImageBlockPublicAccessState="block-new-sharing")
    ec2.public(image)
    ec2.step(10)
    with refused("InvalidParameterValue"):
        block(ec2, "EnableImageBlockPublicAccess", ImageBlockPublicAccessState="block-all-sharing")


def element(ec2, name, query):
    """One element of an answer that this botocore cannot read."""
    body = f"{query}&Version=2016-11-15".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    status, _, answer = send(ec2.sim.url, "POST", signed(ec2.sim.url + "/", "ec2", "POST", body, form), body)
    assert status == 200, answer
    return re.search(f"<{name}>(.*)</{name}>", answer.decode()).group(1)


def test_the_state_of_block_public_access_changes_a_while_after_the_call(ec2):
    ask = ("imageBlockPublicAccessState", "Action=GetImageBlockPublicAccessState")
    assert element(ec2, *ask) == "unblocked"
    enable = "Action=EnableImageBlockPublicAccess&ImageBlockPublicAccessState=block-new-sharing"
    assert element(ec2, "imageBlockPublicAccessState", enable) == "block-new-sharing"
    assert element(ec2, *ask) == "unblocked"
    ec2.step(600)
    assert element(ec2, *ask) == "block-new-sharing"
    assert element(ec2, "managedBy", "Action=GetSnapshotBlockPublicAccessState") == "account"
    assert element(ec2, "state", "Action=EnableSnapshotBlockPublicAccess&State=block-all-sharing") == "block-all-sharing"


def test_a_public_image_gets_a_date_of_deprecation(ec2, image):
    ec2.public(image)
    got = ec2.image(image)
    assert got["DeprecationTime"][:4] == str(int(got["CreationDate"][:4]) + 2)
    assert got["DeprecationTime"][4:16] == got["CreationDate"][4:16]
    with refused("OperationNotPermitted"):
        ec2.client().disable_image_deprecation(ImageId=image)


def test_deprecated_images_are_listed_for_their_owner_only(ec2, other, image):
    ec2.public(image)
    ec2.step(3 * 366 * 86400)
    assert sees(ec2.client(), image) and not sees(other, image)
    assert [row["ImageId"] for row in other.describe_images(IncludeDeprecated=True)["Images"]] == [image]


def test_a_snapshot_is_shared_and_hidden_by_its_own_switch(ec2, other):
    client = ec2.client()
    snapshot = ec2.imported()
    client.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Add": [{"Group": "all"}]})
    answer = client.describe_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission")
    assert answer["CreateVolumePermissions"] == [{"Group": "all"}]

    def theirs():
        return [row["SnapshotId"] for _ in range(2) for row in other.describe_snapshots(
            RestorableByUserIds=["all"])["Snapshots"]]

    assert snapshot in theirs() and other.describe_snapshots(OwnerIds=["self"])["Snapshots"] == []
    block(ec2, "EnableSnapshotBlockPublicAccess", State="block-all-sharing")
    ec2.step(600)
    assert theirs() == []
    client.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Remove": [{"Group": "all"}]})
    with refused("OperationNotPermitted", "block public access for snapshots"):
        client.modify_snapshot_attribute(SnapshotId=snapshot, CreateVolumePermission={"Add": [{"Group": "all"}]})


def test_description_and_imds_can_be_changed(ec2, image):
    client = ec2.client()
    client.modify_image_attribute(ImageId=image, Description={"Value": "new"})
    client.modify_image_attribute(ImageId=image, Attribute="imdsSupport", Value="v2.0")
    got = ec2.image(image)
    assert (got["Description"], got["ImdsSupport"]) == ("new", "v2.0")
    described = client.describe_image_attribute(ImageId=image, Attribute="description")
    assert described["Description"] == {"Value": "new"}
    with refused("InvalidParameterCombination"):
        client.modify_image_attribute(ImageId=image)


def test_a_world_brings_images_of_its_own(start_sim, write_json):
    old = {"imageId": "ami-00000000000000001", "region": HOME, "name": "old", "creationDate": "2020-01-31T12:00:00.000Z",
           "launchPermission": [{"group": "all"}], "tags": {"Name": "old"},
           "blockDeviceMapping": [{"deviceName": "/dev/xvda", "snapshotId": "snap-00000000000000001", "volumeSize": 3}]}
    world = {"images": [old], "snapshots": [{"snapshotId": "snap-00000000000000001", "region": HOME, "volumeSize": 3}],
             "blockPublicAccess": [{"region": HOME, "images": "block-new-sharing"}]}
    ec2 = Ec2(start_sim("--world", write_json(world)))
    got = ec2.image("ami-00000000000000001")
    assert (got["Name"], got["Public"], got["CreationDate"]) == ("old", True, "2020-01-31T12:00:00.000Z")
    with refused("InvalidSnapshot.InUse"):
        ec2.client().delete_snapshot(SnapshotId="snap-00000000000000001")
    second = ec2.registered("second", "snap-00000000000000001")
    with refused("OperationNotPermitted"):
        ec2.public(second)
    ec2.sim.reset()
    assert len(ec2.sim.state()["images"]) == 1
