"""EBS direct: writing a snapshot block by block, and all that can be wrong with it."""
import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import pathlib
import random

import pytest
import wire
from botocore.exceptions import ClientError
from ebs_tools import BLOCK, GIB_BLOCKS, Ebs, base, block, digests, linear, sha256
from ec2_tools import HOME, refused


@pytest.fixture
def ebs(sim):
    return Ebs(sim)


@contextlib.contextmanager
def reason(code, why=None, status=400):
    """The call inside answers that error with that Reason and that HTTP status."""
    with pytest.raises(ClientError) as error:
        yield error
    answer = error.value.response
    assert (answer["Error"]["Code"], answer.get("Reason")) == (code, why), answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_snapshot_is_written_block_by_block(ebs):
    tag = {"Key": "tatami:release", "Value": "1"}
    started = ebs.ebs().start_snapshot(VolumeSize=2, Description="release 1", Tags=[tag], ClientToken="t1")
    assert started["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (started["Status"], started["OwnerId"], started["VolumeSize"], started["BlockSize"], started["Tags"]) == (
        "pending", "123456789012", 2, BLOCK, [tag])
    assert isinstance(started["StartTime"], datetime.datetime)
    snapshot = started["SnapshotId"]
    ebs.step(10)
    blocks = {0: block(), 7: block(), 2 * GIB_BLOCKS - 1: block()}
    for index, data in blocks.items():
        answer = ebs.put(snapshot, index, data)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
        assert (answer["Checksum"], answer["ChecksumAlgorithm"]) == (base(sha256(data)), "SHA256")
    answer = ebs.complete(snapshot, blocks)
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Status"]) == (202, "pending")
    assert ebs.snapshot(snapshot)["State"] == "pending"
    shown = ebs.completed(snapshot)
    assert (shown["Progress"], shown["VolumeSize"], shown["Description"], shown["Tags"]) == (
        "100%", 2, "release 1", [tag])
    whole = ebs.sim.blocks(snapshot=snapshot)
    assert (whole["size"], ebs.content(snapshot)) == (2 << 30, digests(blocks))


def test_the_whole_is_the_disk(ebs):
    """A GiB of holes and data has the digest of the same GiB in memory."""
    blocks = {3: block(), 900: block()}
    disk = bytearray(1 << 30)
    for index, data in blocks.items():
        disk[index * BLOCK:(index + 1) * BLOCK] = data
    assert ebs.sim.blocks(snapshot=ebs.written(blocks))["sha256"] == hashlib.sha256(disk).hexdigest()


def test_an_image_can_be_made_of_it_and_copied(ebs):
    blocks = {1: block(), 5: block()}
    snapshot = ebs.written(blocks)
    image = ebs.registered(snapshot=snapshot)
    copy = ebs.copy(image, "eu-west-1")
    ebs.available(copy, "eu-west-1")
    (there,) = ebs.snapshots("eu-west-1")
    assert ebs.content(there["snapshotId"]) == digests(blocks)
    theirs = ebs.client(region="eu-west-2").copy_snapshot(SourceRegion=HOME, SourceSnapshotId=snapshot)["SnapshotId"]
    ebs.completed(theirs, "eu-west-2")
    assert ebs.content(theirs) == digests(blocks)


def test_a_block_may_be_written_again(ebs):
    snapshot, old, new = ebs.start(), block(), block()
    ebs.put(snapshot, 4, old)
    ebs.put(snapshot, 4, new)
    with reason("ValidationException", "INVALID_PARAMETER_VALUE"):
        ebs.complete(snapshot, {4: old})
    ebs.complete(snapshot, {4: new})
    assert ebs.content(snapshot) == digests({4: new})


def test_a_start_is_idempotent_by_its_token(ebs):
    wish = {"VolumeSize": 1, "ClientToken": "once", "Description": "a", "Tags": [{"Key": "k", "Value": "v"}]}
    first = ebs.ebs().start_snapshot(**wish)
    ebs.step(60)
    again = ebs.ebs().start_snapshot(**wish)
    assert (again["SnapshotId"], again["StartTime"]) == (first["SnapshotId"], first["StartTime"])
    assert len(ebs.snapshots()) == 1
    with reason("ConflictException", status=409):
        ebs.ebs().start_snapshot(**{**wish, "Description": "b"})
    other = ebs.ebs("eu-west-1").start_snapshot(**{**wish, "Description": "b"})["SnapshotId"]
    assert other != first["SnapshotId"]


@pytest.mark.parametrize("wish, why", [
    ({"VolumeSize": 65537}, "INVALID_VOLUME_SIZE"),
    ({"Timeout": 9}, "INVALID_PARAMETER_VALUE"),
    ({"Timeout": 4321}, "INVALID_PARAMETER_VALUE"),
    ({"Description": "d" * 256}, "INVALID_PARAMETER_VALUE"),
    ({"ClientToken": "a b"}, "INVALID_PARAMETER_VALUE"),
    ({"KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1"}, "INVALID_PARAMETER_VALUE"),
    ({"Tags": [{"Key": "aws:x", "Value": "1"}]}, "INVALID_TAG"),
    ({"Tags": [{"Key": "k" * 128, "Value": "1"}]}, "INVALID_TAG"),
    ({"Tags": [{"Key": str(n), "Value": "1"} for n in range(51)]}, "INVALID_TAG"),
])
def test_a_start_that_makes_no_sense(ebs, wish, why):
    with reason("ValidationException", why):
        ebs.sim.client("ebs", parameter_validation=False).start_snapshot(**{"VolumeSize": 1, **wish})
    assert ebs.snapshots() == []


def test_writers_do_not_know_it_at_once(ebs):
    """One start in three, for a few seconds."""
    late = 0
    for n in range(8):
        snapshot = ebs.ebs().start_snapshot(VolumeSize=1, Description=str(n))["SnapshotId"]
        for wait in range(6):
            try:
                ebs.put(snapshot, 0, block(n))
                break
            except ClientError as error:
                assert error.response["Error"]["Code"] == "ResourceNotFoundException"
                assert error.response["Reason"] == "SNAPSHOT_NOT_FOUND"
                late += wait == 0
                ebs.step(1)
        else:
            pytest.fail("it stays unknown")
    assert 0 < late < 8


def test_a_block_must_be_what_its_checksum_says(ebs):
    snapshot = ebs.start()
    with reason("ValidationException", "INVALID_BLOCK"):
        ebs.put(snapshot, 0, block(), Checksum=base(sha256(b"other")))
    ebs.complete(snapshot, {})
    assert ebs.content(snapshot) == {}


@pytest.mark.parametrize("wrong, why", [
    ({"BlockIndex": GIB_BLOCKS}, "INVALID_BLOCK"),
    ({"Checksum": "bm9uZQ=="}, "INVALID_PARAMETER_VALUE"),
    ({"ChecksumAlgorithm": "CRC32"}, "INVALID_PARAMETER_VALUE"),
    ({"DataLength": 1024}, "INVALID_PARAMETER_VALUE"),
    ({"Progress": 101}, "INVALID_PARAMETER_VALUE"),
    ({"SnapshotId": "snap-XYZ"}, "INVALID_SNAPSHOT_ID"),
])
def test_a_block_that_makes_no_sense(ebs, wrong, why):
    snapshot, data = ebs.start(), block()
    client = ebs.sim.client("ebs", parameter_validation=False)
    with reason("ValidationException", why):
        client.put_snapshot_block(**{
            "SnapshotId": snapshot, "BlockIndex": 0, "BlockData": data, "DataLength": BLOCK,
            "Checksum": base(sha256(data)), "ChecksumAlgorithm": "SHA256", **wrong})


def test_a_block_has_512_kib(ebs):
    with reason("ValidationException", "INVALID_PARAMETER_VALUE") as error:
        ebs.put(ebs.start(), 0, b"short")
    assert error.value.response["Error"]["Message"] == "Failed to read block data"


def test_a_payload_may_be_unsigned_but_its_checksum_is_not(ebs):
    snapshot, data = ebs.start(), block()
    url = f"{ebs.sim.url}/snapshots/{snapshot}/blocks/0"
    headers = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD", "x-amz-Data-Length": str(BLOCK),
               "x-amz-Checksum": base(sha256(data)), "x-amz-Checksum-Algorithm": "SHA256"}
    signed = wire.signed(url, "ebs", "PUT", data, headers)
    status, answer, _ = wire.send(url, "PUT", signed, data)
    assert (status, answer["x-amz-Checksum"]) == (201, base(sha256(data)))
    status, answer, _ = wire.send(url, "PUT", {**signed, "x-amz-Checksum": base(sha256(b""))}, data)
    assert (status, answer["x-amzn-ErrorType"]) == (403, "InvalidSignatureException")


def test_progress_is_what_the_writer_says(ebs):
    snapshot = ebs.start()
    ebs.put(snapshot, 0, block(), Progress=42)
    assert ebs.snapshot(snapshot)["Progress"] == "42%"
    ebs.put(snapshot, 1, block())
    assert ebs.snapshot(snapshot)["Progress"] == "42%"


def test_the_state_shows_what_is_being_written(ebs):
    snapshot = ebs.start()
    ebs.put(snapshot, 7, block())
    (row,) = ebs.sim.state()["directUploads"]
    assert (row["snapshotId"], row["region"], row["blocksWritten"], row["volumeBlocks"]) == (
        snapshot, HOME, 1, GIB_BLOCKS)
    ebs.sim.reset()
    assert ebs.sim.state()["directUploads"] == []


def test_the_end_counts_and_checks_what_came(ebs):
    snapshot, blocks = ebs.start(), {0: block(), 9: block()}
    for index, data in blocks.items():
        ebs.put(snapshot, index, data)
    with reason("ValidationException", "INVALID_PARAMETER_VALUE"):
        ebs.complete(snapshot, blocks, ChangedBlocksCount=1)
    swapped = base(sha256(sha256(blocks[9]) + sha256(blocks[0])))
    with reason("ValidationException", "INVALID_PARAMETER_VALUE"):
        ebs.complete(snapshot, blocks, Checksum=swapped)
    ebs.ebs().complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=2)
    assert ebs.completed(snapshot)["State"] == "completed"


def test_the_aggregate_is_over_raw_digests(ebs):
    """A vector that was worked out elsewhere."""
    vectors = json.loads((pathlib.Path(__file__).parent / "sigv4-vectors.json").read_text())["ebs_linear"]
    blocks = {0: b"\x01" * BLOCK, 5: bytes(range(256)) * (BLOCK // 256)}
    assert [base(sha256(data)) for data in blocks.values()] == vectors["block_checksums"]
    snapshot = ebs.start()
    for index, data in blocks.items():
        ebs.put(snapshot, index, data)
    ebs.complete(snapshot, blocks, Checksum=vectors["aggregate"],
                 ChangedBlocksCount=vectors["changed_blocks_count"])
    assert ebs.content(snapshot) == digests(blocks)


def test_many_writers_at_once(ebs):
    """Blocks may come in any order and over any number of connections."""
    snapshot, blocks = ebs.start(), {index: block() for index in range(0, 192, 3)}
    clients = [ebs.sim.client("ebs") for _ in range(16)]

    def put(index):
        clients[index % len(clients)].put_snapshot_block(
            SnapshotId=snapshot, BlockIndex=index, BlockData=blocks[index], DataLength=BLOCK,
            Checksum=base(sha256(blocks[index])), ChecksumAlgorithm="SHA256")

    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(put, random.sample(list(blocks), len(blocks))))
    ebs.complete(snapshot, blocks)
    assert ebs.content(snapshot) == digests(blocks)


def test_a_sealed_snapshot_takes_nothing_more(ebs):
    blocks = {0: block()}
    snapshot = ebs.written(blocks)
    with reason("ValidationException", "INVALID_SNAPSHOT_ID"):
        ebs.put(snapshot, 1, block())
    with reason("ValidationException", "INVALID_SNAPSHOT_ID"):
        ebs.complete(snapshot, blocks)


def test_silence_ends_in_error(ebs):
    snapshot = ebs.start(Timeout=10)
    ebs.step(9 * 60)
    ebs.put(snapshot, 0, block())
    ebs.step(9 * 60)
    assert ebs.snapshot(snapshot)["State"] == "pending"
    ebs.step(2 * 60)
    shown = ebs.snapshot(snapshot)
    assert shown["State"] == "error" and "timed out" in shown["StateMessage"]
    with reason("ValidationException", "INVALID_SNAPSHOT_ID"):
        ebs.put(snapshot, 1, block())


def test_a_deleted_snapshot_takes_nothing(ebs):
    snapshot = ebs.start()
    ebs.client().delete_snapshot(SnapshotId=snapshot)
    with reason("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", 404):
        ebs.put(snapshot, 0, block())


def test_a_snapshot_lives_in_one_region(ebs):
    snapshot = ebs.start()
    with reason("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", 404):
        ebs.put(snapshot, 0, block(), region="eu-west-1")


def test_pending_snapshots_have_a_quota(start_sim, write_json):
    world = write_json({"accounts": [{"id": "123456789012", "quotas": {"L-94D7AB7D": 2}}]})
    ebs = Ebs(start_sim("--world", world))
    ebs.start()
    ebs.start()
    with reason("ConcurrentLimitExceededException"):
        ebs.start()


def test_puts_are_throttled_at_the_quota_of_the_account(start_sim, write_json):
    world = write_json({"accounts": [{"id": "123456789012", "quotas": {"L-AFAE1BE8": 5}}]})
    ebs = Ebs(start_sim("--world", world))
    snapshot, data = ebs.start(), block()
    for index in range(5):
        ebs.put(snapshot, index, data)
    with reason("RequestThrottledException", "ACCOUNT_THROTTLED"):
        ebs.put(snapshot, 5, data)
    ebs.step(0.4)
    ebs.put(snapshot, 5, data)
    ebs.put(snapshot, 6, data)
    with reason("RequestThrottledException", "ACCOUNT_THROTTLED"):
        ebs.put(snapshot, 7, data)


def test_puts_are_throttled_at_the_quota_of_the_snapshot(start_sim, write_json):
    world = write_json({"accounts": [{"id": "123456789012", "quotas": {"L-1774F84A": 2}}]})
    ebs = Ebs(start_sim("--world", world))
    first, second, data = ebs.start(), ebs.start(), block()
    ebs.put(first, 0, data)
    ebs.put(first, 1, data)
    with reason("RequestThrottledException", "RESOURCE_LEVEL_THROTTLE"):
        ebs.put(first, 2, data)
    ebs.put(second, 0, data)


def test_starts_and_ends_are_ten_a_second(ebs):
    snapshots = [ebs.ebs().start_snapshot(VolumeSize=1)["SnapshotId"] for _ in range(10)]
    with reason("RequestThrottledException", "ACCOUNT_THROTTLED"):
        ebs.start()
    ebs.step(10)
    for snapshot in snapshots:
        ebs.complete(snapshot, {})
    with reason("RequestThrottledException", "ACCOUNT_THROTTLED"):
        ebs.complete(snapshots[0], {})


def test_faults_of_a_writer(ebs):
    ebs.sim.faults({"action": "PutSnapshotBlock", "kind": "throttle", "value": "DEPENDENCY_REQUEST_THROTTLED"},
                   {"action": "PutSnapshotBlock", "kind": "error", "nth": 2, "code": "InternalServerException",
                    "status": 500},
                   {"action": "CompleteSnapshot", "kind": "corrupted-block", "value": "3"})
    snapshot, blocks = ebs.start(), {0: block(), 3: block()}
    with reason("RequestThrottledException", "DEPENDENCY_REQUEST_THROTTLED"):
        ebs.put(snapshot, 0, blocks[0])
    with refused("InternalServerException"):
        ebs.put(snapshot, 0, blocks[0])
    for index, data in blocks.items():
        ebs.put(snapshot, index, data)
    ebs.complete(snapshot, blocks)
    found = ebs.content(snapshot)
    assert found[0] == digests(blocks)[0] and found[3] != digests(blocks)[3]


def test_a_snapshot_can_fail_at_the_end(ebs):
    ebs.sim.faults({"action": "CompleteSnapshot", "kind": "fails", "value": "Sorry"})
    snapshot = ebs.start()
    ebs.complete(snapshot, {})
    ebs.until(lambda: ebs.snapshot(snapshot)["State"] == "error")
    assert ebs.snapshot(snapshot)["StateMessage"] == "Sorry"


def test_writing_is_counted_as_mutating(ebs):
    snapshot = ebs.written({0: block()})
    ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot)
    rows = {row["action"]: row["mutating"] for row in ebs.sim.ask("requests")["requests"]}
    assert rows["StartSnapshot"] and rows["PutSnapshotBlock"] and rows["CompleteSnapshot"]
    assert not rows["ListSnapshotBlocks"]


def test_discarded_blocks_are_listed_and_their_aggregate_is_checked(start_sim):
    ebs = Ebs(start_sim("--discard"))
    snapshot, blocks = ebs.start(), {0: block(), 12: block()}
    for index, data in blocks.items():
        ebs.put(snapshot, index, data)
    with reason("ValidationException", "INVALID_PARAMETER_VALUE"):
        ebs.complete(snapshot, blocks, Checksum=linear({0: blocks[0]}))
    ebs.complete(snapshot, blocks)
    ebs.completed(snapshot)
    listed = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]
    assert [row["BlockIndex"] for row in listed] == [0, 12]
    with reason("InternalServerException", status=500):
        ebs.ebs().get_snapshot_block(SnapshotId=snapshot, BlockIndex=0, BlockToken=listed[0]["BlockToken"])
