"""What cleaning up meets: protection, disabled and shared AMIs, the order of deleting, cancelled imports."""
import pytest
from ec2_tools import HOME, Ec2, refused

OTHER = "210987654321"
DAY = 24 * 3600


def image(number, **more):
    """A row of a world: ami-N with snap-N."""
    return {"imageId": f"ami-{number}", "region": HOME, "name": f"nixos-{number}",
            "blockDeviceMapping": [{"deviceName": "/dev/xvda", "snapshotId": f"snap-{number}", "volumeSize": 2}], **more}


def snapshot(number, **more):
    return {"snapshotId": f"snap-{number}", "region": HOME, "volumeSize": 2, **more}


@pytest.fixture
def make(start_sim, write_json):
    """make(images=[...], ...): a simulator with that world."""

    def start(**world):
        world.setdefault("accounts", [{"id": OTHER, "keys": [{"id": "AKIAOTHER", "secret": "s"}]}])
        return Ec2(start_sim("--seed", 7, "--world", write_json(world, "world.json")))

    return start


def described(ec2, number, **more):
    rows = ec2.client().describe_images(Filters=[{"Name": "image-id", "Values": [f"ami-{number}"]}], **more)["Images"]
    return rows[0] if rows else None


def snapshot_ids(ec2):
    return {row["SnapshotId"] for row in ec2.client().describe_snapshots(OwnerIds=["self"])["Snapshots"]}


# what is shown

def test_every_state_is_shown_and_disabled_ones_on_request(make):
    states = ["pending", "available", "failed", "disabled", "invalid", "transient", "error"]
    ec2 = make(images=[image(n, imageState=state) for n, state in enumerate(states)])
    shown = {row["ImageId"]: row["State"] for row in ec2.client().describe_images(Owners=["self"])["Images"]}
    everything = {row["ImageId"]: row["State"] for row in ec2.client().describe_images(
        Owners=["self"], IncludeDisabled=True, IncludeDeprecated=True)["Images"]}
    assert everything == {f"ami-{n}": state for n, state in enumerate(states)}
    assert everything.keys() - shown.keys() == {"ami-3"}


def test_an_image_tells_of_launch_protection_and_source(make):
    ec2 = make(images=[image(1, lastLaunchedTime="2024-05-01T12:00:00.000Z", sourceImageId="ami-9",
                             sourceImageRegion="eu-west-1", deregistrationProtection="enabled-with-cooldown")])
    row = described(ec2, 1)
    assert (row["LastLaunchedTime"], row["SourceImageId"], row["SourceImageRegion"],
            row["DeregistrationProtection"]) == (
        "2024-05-01T12:00:00.000Z", "ami-9", "eu-west-1", "enabled-with-cooldown")


def test_a_snapshot_tells_of_its_tier_size_and_maker(make):
    ec2 = make(snapshots=[snapshot(1, fullSnapshotSizeInBytes=5 << 20, storageTier="archive",
                                   description="Created by CreateImage(i-1) for ami-1"), snapshot(2)])
    rows = {row["SnapshotId"]: row for row in ec2.client().describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    first, second = rows["snap-1"], rows["snap-2"]
    assert (first["FullSnapshotSizeInBytes"], first["StorageTier"], first["Description"]) == (
        5 << 20, "archive", "Created by CreateImage(i-1) for ami-1")
    assert (second["FullSnapshotSizeInBytes"], second["StorageTier"]) == (2 << 30, "standard")
    assert second["StartTime"].year >= 2024


def test_the_full_size_of_an_import_counts_written_blocks(sim):
    ec2 = Ec2(sim)
    snap = ec2.imported(b"x" * (600 << 10) + bytes(3 << 20) + b"y")
    row = ec2.client().describe_snapshots(SnapshotIds=[snap])["Snapshots"][0]
    assert row["FullSnapshotSizeInBytes"] == 3 * (512 << 10)


def test_a_copy_names_its_source_in_image_and_snapshot(sim):
    ec2 = Ec2(sim)
    source = ec2.registered()
    copy = ec2.copy(source, "eu-west-1")
    row = ec2.available(copy, "eu-west-1")
    assert (row["SourceImageId"], row["SourceImageRegion"]) == (source, HOME)
    (snap,) = ec2.snapshots("eu-west-1")
    assert snap["description"].startswith(
        f"Copied for DestinationAmi {copy} from SourceAmi {source} for SourceSnapshot snap-")


# guards

def test_a_protected_image_stays(make):
    ec2 = make(images=[image(1)], snapshots=[snapshot(1)])
    client = ec2.client()
    answer = client.enable_image_deregistration_protection(ImageId="ami-1")
    assert answer["Return"] == "true"
    assert described(ec2, 1)["DeregistrationProtection"] == "enabled-without-cooldown"
    with refused("OperationNotPermitted", "ami-1"):
        client.deregister_image(ImageId="ami-1")
    client.disable_image_deregistration_protection(ImageId="ami-1")
    assert described(ec2, 1)["DeregistrationProtection"] == "disabled"
    client.deregister_image(ImageId="ami-1")


def test_a_cooldown_lasts_a_day_after_disabling(make):
    ec2 = make(images=[image(1)])
    client = ec2.client()
    client.enable_image_deregistration_protection(ImageId="ami-1", WithCooldown=True)
    assert described(ec2, 1)["DeregistrationProtection"] == "enabled-with-cooldown"
    client.disable_image_deregistration_protection(ImageId="ami-1")
    ec2.step(DAY - 60)
    assert described(ec2, 1)["DeregistrationProtection"] not in ("disabled", "enabled-with-cooldown")
    with refused("OperationNotPermitted"):
        client.deregister_image(ImageId="ami-1")
    ec2.step(120)
    assert described(ec2, 1)["DeregistrationProtection"] == "disabled"
    client.deregister_image(ImageId="ami-1")


def test_disabling_takes_permissions_away_and_enabling_gives_none_back(make):
    ec2 = make(images=[image(1, launchPermission=[{"group": "all"}])], snapshots=[snapshot(1)])
    client = ec2.client()
    client.disable_image(ImageId="ami-1")
    assert described(ec2, 1) is None
    assert described(ec2, 1, IncludeDisabled=True)["State"] == "disabled"
    with refused("InvalidAMIID.Unavailable"):
        client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    with refused("InvalidSnapshot.InUse"):
        client.delete_snapshot(SnapshotId="snap-1")
    client.enable_image(ImageId="ami-1")
    row = described(ec2, 1)
    assert (row["State"], row["Public"]) == ("available", False)


# ends

def test_a_deregistered_image_lingers_then_is_gone(make):
    ec2 = make(images=[image(1)], snapshots=[snapshot(1)])
    ec2.client().deregister_image(ImageId="ami-1")
    seen = []
    for _ in range(80):
        seen.append(described(ec2, 1) is not None)
        ec2.step(1)
    assert seen[0] and not seen[-1] and seen == sorted(seen, reverse=True)
    with refused("InvalidAMIID.NotFound"):
        ec2.client().describe_images(ImageIds=["ami-1"])
    assert snapshot_ids(ec2) == {"snap-1"}
    ec2.client().delete_snapshot(SnapshotId="snap-1")
    assert snapshot_ids(ec2) == set()


def test_deregistering_can_delete_what_nothing_else_uses(make):
    disks = [{"deviceName": f"/dev/xvd{letter}", "snapshotId": f"snap-{n}", "volumeSize": 2}
             for n, letter in enumerate("abcd")]
    foreign = image(7, account=OTHER, blockDeviceMapping=[disks[3]])
    ec2 = make(images=[image(1, blockDeviceMapping=disks), image(2), foreign], snapshots=[snapshot(n) for n in range(4)])
    answer = ec2.client().deregister_image(ImageId="ami-1", DeleteAssociatedSnapshots=True)
    results = {row["SnapshotId"]: row["ReturnCode"] for row in answer["DeleteSnapshotResults"]}
    assert answer["Return"] is True
    assert results == {"snap-0": "success", "snap-1": "success", "snap-2": "skipped", "snap-3": "skipped"}
    assert snapshot_ids(ec2) == {"snap-2", "snap-3"}


def test_a_shared_snapshot_is_held_by_each_of_its_images(make):
    ec2 = make(images=[image(1)], snapshots=[snapshot(1)])
    second = ec2.registered("second", "snap-1")
    client = ec2.client()
    for last in ("ami-1", second):
        with refused("InvalidSnapshot.InUse", "snap-1"):
            client.delete_snapshot(SnapshotId="snap-1")
        client.deregister_image(ImageId=last)
    client.delete_snapshot(SnapshotId="snap-1")
    with refused("InvalidSnapshot.NotFound"):
        client.describe_snapshots(SnapshotIds=["snap-1"])


def test_an_image_can_have_four_disks_and_so_has_its_copy(make):
    ec2 = make(snapshots=[snapshot(n) for n in range(4)])
    devices = [{"DeviceName": f"/dev/xvd{letter}", "Ebs": {"SnapshotId": f"snap-{n}", "VolumeType": "gp3"}}
               for n, letter in enumerate("abcd")]
    source = ec2.registered("four", "snap-0", BlockDeviceMappings=devices)
    copy = ec2.available(ec2.copy(source, "eu-west-1"), "eu-west-1")
    copied = [device["Ebs"]["SnapshotId"] for device in copy["BlockDeviceMappings"]]
    assert len(set(copied)) == 4 and not set(copied) & {f"snap-{n}" for n in range(4)}
    for n in range(4):
        with refused("InvalidSnapshot.InUse", source):
            ec2.client().delete_snapshot(SnapshotId=f"snap-{n}")


def test_an_image_of_another_account_holds_a_snapshot_too(make):
    ec2 = make(images=[image(1, account=OTHER)], snapshots=[snapshot(1)])
    with refused("InvalidSnapshot.InUse", "ami-1"):
        ec2.client().delete_snapshot(SnapshotId="snap-1")


def test_what_belongs_to_another_account_cannot_be_ended(make):
    ec2 = make(images=[image(1, account=OTHER, launchPermission=[{"group": "all"}])],
               snapshots=[snapshot(1, account=OTHER, createVolumePermission=[{"group": "all"}])])
    with refused("AuthFailure"):
        ec2.client().deregister_image(ImageId="ami-1")
    with refused("AuthFailure"):
        ec2.client().delete_snapshot(SnapshotId="snap-1")


def test_a_running_import_is_cancelled(sim):
    ec2 = Ec2(sim)
    task = ec2.start_import(ec2.upload(b"disk"))
    ec2.step(60)
    answer = ec2.client().cancel_import_task(ImportTaskId=task, CancelReason="not wanted")
    assert (answer["ImportTaskId"], answer["PreviousState"], answer["State"]) == (task, "active", "deleting")
    ec2.until(lambda: ec2.task(task)["Status"] == "deleted")
    assert ec2.task(task)["StatusMessage"] == "not wanted"
    with refused("IncorrectState"):
        ec2.client().cancel_import_task(ImportTaskId=task)


def test_what_changes_something_is_marked_so(make):
    ec2 = make(images=[image(1)], snapshots=[snapshot(1)])
    client = ec2.client()
    client.disable_image(ImageId="ami-1")
    client.enable_image(ImageId="ami-1")
    client.describe_images(ImageIds=["ami-1"])
    client.deregister_image(ImageId="ami-1")
    client.delete_snapshot(SnapshotId="snap-1")
    mutating = {row["action"] for row in ec2.sim.ask("requests")["requests"] if row["mutating"]}
    assert mutating == {"DisableImage", "EnableImage", "DeregisterImage", "DeleteSnapshot"}
