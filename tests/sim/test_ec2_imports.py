"""ImportSnapshot: tasks from pending to completed or deleted, and the bytes that arrive."""
import hashlib
import os
import subprocess

import pytest
from ec2_tools import BUCKET, MIB, Ec2, refused

DISK = b"\0" * MIB + os.urandom(3 * MIB) + b"\0" * MIB + os.urandom(MIB // 2) + b"\0" * (MIB // 2)


@pytest.fixture
def ec2(sim):
    return Ec2(sim)


def content(ec2, snapshot):
    return ec2.sim.blocks(snapshot=snapshot)


def convert(tmp_path, form, *options):
    raw, out = tmp_path / "disk.raw", tmp_path / "disk.out"
    raw.write_bytes(DISK)
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", form, *options, raw, out], check=True)
    return out.read_bytes()


def test_a_task_goes_from_pending_to_completed(ec2):
    task = ec2.start_import(ec2.upload(DISK), Description="release 1")
    seen = []
    for _ in range(200):
        ec2.step(15)
        seen.append(ec2.task(task))
        if seen[-1]["Status"] == "completed":
            break
    states = [(detail["Status"], detail.get("StatusMessage")) for detail in seen]
    assert ("active", "pending") in states
    assert ("active", "downloading/converting") in states
    assert states[-1] == ("completed", None)
    progress = [int(detail["Progress"]) for detail in seen[:-1]]
    assert progress == sorted(progress) and progress[0] == 3 and progress[-1] > 90
    assert all("SnapshotId" not in detail for detail in seen[:-1])
    assert seen[0]["DiskImageSize"] == 0.0 or "converting" in seen[0]["StatusMessage"]
    assert "Progress" not in seen[-1] and seen[-1]["DiskImageSize"] == float(len(DISK))
    assert 8 * 60 <= 15 * len(seen) <= 30 * 60


def test_the_snapshot_is_made_at_the_end_without_tags(ec2):
    client = ec2.client()
    tag = {"ResourceType": "import-snapshot-task", "Tags": [{"Key": "tatami:id", "Value": "1"}]}
    task = ec2.start_import(ec2.upload(DISK), TagSpecifications=[tag])
    assert ec2.snapshots() == []
    ec2.until(lambda: ec2.task(task)["Status"] == "completed")
    ec2.step(10)
    (snapshot,) = client.describe_snapshots(OwnerIds=["self"])["Snapshots"]
    assert snapshot["Description"] == f"Created by AWS-VMImport service for {task}"
    assert (snapshot["VolumeSize"], snapshot["State"], snapshot["Progress"]) == (1, "completed", "100%")
    assert "Tags" not in snapshot
    (row,) = client.describe_import_snapshot_tasks()["ImportSnapshotTasks"]
    assert (row["ImportTaskId"], row["Tags"]) == (task, tag["Tags"])


def test_tasks_have_no_tag_filter(ec2):
    """AWS documents none for this call."""
    with refused("InvalidParameterValue"):
        ec2.client().describe_import_snapshot_tasks(
            Filters=[{"Name": "tag:Name", "Values": ["1"]}])


def test_a_raw_disk_arrives_as_it_was(ec2):
    got = content(ec2, ec2.imported(DISK))
    assert (got["size"], got["sha256"]) == (len(DISK), hashlib.sha256(DISK).hexdigest())


@pytest.mark.parametrize("subformat", ["fixed", "dynamic"])
def test_a_vhd_holds_its_virtual_disk(ec2, tmp_path, subformat):
    data = convert(tmp_path, "vpc", "-o", f"subformat={subformat},force_size=on")
    got = content(ec2, ec2.imported(data, "disk.vhd", "VHD"))
    assert (got["size"], got["sha256"]) == (len(DISK), hashlib.sha256(DISK).hexdigest())


def test_a_vhdx_holds_its_virtual_disk(ec2, tmp_path):
    got = content(ec2, ec2.imported(convert(tmp_path, "vhdx"), "disk.vhdx", "VHDX"))
    assert (got["size"], got["sha256"]) == (len(DISK), hashlib.sha256(DISK).hexdigest())


def test_a_stream_optimized_vmdk_is_taken_for_its_size(ec2, tmp_path):
    data = convert(tmp_path, "vmdk", "-o", "subformat=streamOptimized")
    snapshot = ec2.imported(data, "disk.vmdk", "VMDK")
    assert ec2.client().describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["VolumeSize"] == 1


def damaged(data):
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


@pytest.mark.parametrize("form, options, spoil, message", [
    ("raw", (), lambda data: data, "[Unsupported specified file format]"),
    ("vpc", ("-o", "subformat=dynamic"), damaged, "Footers not identical"),
    ("vhdx", (), lambda data: data[:300000], "[Unsupported specified file format]"),
    ("vmdk", ("-o", "subformat=monolithicSparse"), lambda data: data, "[Unsupported specified file format]"),
    ("vmdk", ("-o", "subformat=streamOptimized"), lambda data: data[:len(data) // 2], "invalid length"),
])
def test_a_disk_that_is_not_what_it_says_ends_as_deleted(ec2, tmp_path, form, options, spoil, message):
    key = ec2.upload(spoil(convert(tmp_path, form, *options)))
    task = ec2.start_import(key, {"vmdk": "VMDK", "vhdx": "VHDX"}.get(form, "VHD"))
    detail = ec2.until(lambda: ec2.task(task)["Status"] == "deleted" and ec2.task(task), step=5)
    assert detail["StatusMessage"].startswith("ClientError: ") and message in detail["StatusMessage"]
    assert "SnapshotId" not in detail and ec2.snapshots() == []


def test_an_object_that_goes_away_fails_the_task(ec2):
    task = ec2.start_import(ec2.upload(DISK))
    ec2.step(200)
    ec2.client("s3").delete_object(Bucket=BUCKET, Key="disk.raw")
    detail = ec2.until(lambda: ec2.task(task)["Status"] == "deleted" and ec2.task(task))
    assert "404" in detail["StatusMessage"]


def test_what_is_wrong_with_the_call_is_said_at_once(ec2):
    ec2.upload(DISK)
    ec2.bucket("eu-west-1", "acme-elsewhere")
    ec2.client("s3", "eu-west-1").put_object(Bucket="acme-elsewhere", Key="disk.raw", Body=b"x")
    client = ec2.client()

    def ask(bucket=BUCKET, key="disk.raw", form="RAW", **more):
        container = {"Format": form, "UserBucket": {"S3Bucket": bucket, "S3Key": key}}
        client.import_snapshot(DiskContainer=container, **more)

    with refused("InvalidParameter", "The service role nobody provided does not exist or does not have"):
        ask(RoleName="nobody")
    with refused("InvalidParameter", "is not local to the region"):
        ask(bucket="acme-elsewhere")
    with refused("InvalidParameter", "Invalid S3 source location"):
        ask(key="none.raw")
    with refused("InvalidParameter", "QCOW2"):
        ask(form="QCOW2")
    with refused("DryRunOperation"):
        ask(DryRun=True)
    assert ec2.sim.state()["importTasks"] == []


def test_a_client_token_gives_the_first_task_again(ec2):
    ec2.upload(DISK)
    first = ec2.start_import("disk.raw", ClientToken="t1")
    assert ec2.start_import("disk.raw", ClientToken="t1") == first
    assert ec2.start_import("disk.raw", ClientToken="t2") != first
    with refused("IdempotentParameterMismatch"):
        ec2.start_import("disk.raw", ClientToken="t1", Description="other")


def test_a_cancelled_task_ends_as_deleted(ec2):
    task = ec2.start_import(ec2.upload(DISK))
    ec2.step(120)
    answer = ec2.client().cancel_import_task(ImportTaskId=task, CancelReason="not wanted")
    assert (answer["PreviousState"], answer["State"]) == ("active", "deleting")
    detail = ec2.until(lambda: ec2.task(task)["Status"] == "deleted" and ec2.task(task))
    assert detail["StatusMessage"] == "not wanted"
    ec2.step(7200)
    assert ec2.snapshots() == []
    with refused("IncorrectState"):
        ec2.client().cancel_import_task(ImportTaskId=task)


def test_a_task_is_forgotten_seven_days_after_its_end(ec2):
    ec2.imported(DISK)
    ec2.step(6 * 86400)
    assert len(ec2.client().describe_import_snapshot_tasks()["ImportSnapshotTasks"]) == 1
    ec2.step(2 * 86400)
    assert ec2.client().describe_import_snapshot_tasks()["ImportSnapshotTasks"] == []


def test_a_role_that_may_not_read_the_bucket_fails_later(ec2):
    iam = ec2.client("iam")
    trust = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"vmie.amazonaws.com"},'
             '"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:Externalid":"vmimport"}}}]}')
    policy = ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:ModifySnapshotAttribute",'
              '"ec2:CopySnapshot","ec2:RegisterImage","ec2:Describe*"],"Resource":"*"}]}')
    iam.create_role(RoleName="import2", AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName="import2", PolicyName="p", PolicyDocument=policy)
    ec2.step(120)
    task = ec2.start_import(ec2.upload(DISK), RoleName="import2")
    detail = ec2.until(lambda: ec2.task(task)["Status"] == "deleted" and ec2.task(task))
    assert "403 Forbidden" in detail["StatusMessage"]


def test_the_same_seed_takes_the_same_time(ec2):
    def minutes():
        task = ec2.start_import(ec2.upload(DISK))
        steps = 0
        while not ec2.until(lambda: ec2.task(task))["Status"] == "completed":
            ec2.step(5)
            steps += 1
        return steps

    first = minutes()
    ec2.sim.reset()
    ec2.upload(b"another")
    assert minutes() == first


def test_pages_may_be_short_or_empty_and_lose_nothing(ec2):
    wanted = []
    for i in range(40):
        wanted.append(ec2.start_import(ec2.upload(b"disk", f"{i}.raw")))
    ec2.step(60)

    def pages(size):
        paginator = ec2.client().get_paginator("describe_import_snapshot_tasks")
        return [[task["ImportTaskId"] for task in page["ImportSnapshotTasks"]]
                for page in paginator.paginate(PaginationConfig={"PageSize": size})]

    fives, ones = pages(5), pages(1)
    assert sum(fives, []) == wanted and sum(ones, []) == wanted
    assert max(map(len, fives)) == 5 and len(fives) > 8 and [] in ones


def test_a_page_token_cannot_be_made_up(ec2):
    with refused("InvalidPaginationToken"):
        ec2.client().describe_snapshots(MaxResults=5, NextToken="made-up")
    with refused("InvalidParameterValue"):
        ec2.client().describe_snapshots(MaxResults=4)
    with refused("InvalidParameterCombination"):
        ec2.client().describe_snapshots(MaxResults=5, SnapshotIds=["snap-00000000000000001"])
