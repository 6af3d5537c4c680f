"""EBS direct: reading a snapshot, what changed since its parent, and tokens that do not last."""
import hashlib

import pytest
from ebs_tools import BLOCK, Ebs, base, block, digests, sha256
from ec2_tools import HOME
from test_ebs import reason

DAY = 24 * 3600


@pytest.fixture
def ebs(sim):
    return Ebs(sim)


def listed(ebs, snapshot, **more):
    """All pages of ListSnapshotBlocks: {index: token}."""
    rows = {}
    while True:
        page = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot, **more)
        rows |= {row["BlockIndex"]: row["BlockToken"] for row in page["Blocks"]}
        if "NextToken" not in page:
            return rows
        more["NextToken"] = page["NextToken"]


def changed(ebs, first, second, **more):
    rows = {}
    while True:
        page = ebs.ebs().list_changed_blocks(FirstSnapshotId=first, SecondSnapshotId=second, **more)
        for row in page["ChangedBlocks"]:
            rows[row["BlockIndex"]] = ("FirstBlockToken" in row, "SecondBlockToken" in row)
        if "NextToken" not in page:
            return rows
        more["NextToken"] = page["NextToken"]


def get(ebs, snapshot, index, token):
    return ebs.ebs().get_snapshot_block(SnapshotId=snapshot, BlockIndex=index, BlockToken=token)


def test_blocks_are_read_as_they_were_written(ebs):
    blocks = {2: block(), 77: block()}
    snapshot = ebs.written(blocks, gib=3)
    page = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot)
    assert (page["VolumeSize"], page["BlockSize"], [row["BlockIndex"] for row in page["Blocks"]]) == (3, BLOCK, [2, 77])
    for row in page["Blocks"]:
        answer = get(ebs, snapshot, row["BlockIndex"], row["BlockToken"])
        data = answer["BlockData"].read()
        assert data == blocks[row["BlockIndex"]]
        assert (answer["DataLength"], answer["Checksum"], answer["ChecksumAlgorithm"]) == (
            BLOCK, base(sha256(data)), "SHA256")


def test_an_imported_disk_can_be_read(ebs):
    disk = b"\0" * BLOCK + block() + b"the end"
    snapshot = ebs.imported(disk)
    rows = listed(ebs, snapshot)
    assert sorted(rows) == [1, 2]
    last = get(ebs, snapshot, 2, rows[2])["BlockData"].read()
    assert last == b"the end" + b"\0" * (BLOCK - 7)


def test_a_list_comes_in_pages(ebs):
    blocks = {index: block(index + 1) for index in range(250)}
    snapshot = ebs.written(blocks)
    page = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot, MaxResults=100)
    assert [row["BlockIndex"] for row in page["Blocks"]] == list(range(100)) and "NextToken" in page
    assert sorted(listed(ebs, snapshot, MaxResults=100)) == list(range(250))
    assert sorted(listed(ebs, snapshot, StartingBlockIndex=240)) == list(range(240, 250))
    few = ebs.sim.client("ebs", parameter_validation=False).list_snapshot_blocks(SnapshotId=snapshot, MaxResults=5)
    assert len(few["Blocks"]) == 100


def test_a_token_of_a_page_lasts_an_hour_and_fits_its_snapshot(ebs):
    blocks = {index: block(index + 1) for index in range(101)}
    snapshot, other = ebs.written(blocks), ebs.written({0: block()})
    token = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot, MaxResults=100)["NextToken"]
    with reason("ValidationException", "INVALID_PAGE_TOKEN"):
        listed(ebs, other, NextToken=token)
    ebs.step(3599)
    assert sorted(listed(ebs, snapshot, NextToken=token)) == [100]
    ebs.step(2)
    with reason("ValidationException", "INVALID_PAGE_TOKEN"):
        listed(ebs, snapshot, NextToken=token)


def test_a_token_of_a_block_lasts_a_week_and_fits_its_block(ebs):
    blocks = {1: block(), 2: block()}
    snapshot = ebs.written(blocks)
    page = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot)
    tokens = {row["BlockIndex"]: row["BlockToken"] for row in page["Blocks"]}
    with reason("ValidationException", "INVALID_BLOCK_TOKEN"):
        get(ebs, snapshot, 1, tokens[2])
    with reason("ValidationException", "INVALID_BLOCK_TOKEN"):
        get(ebs, snapshot, 1, "AAAA")
    left = (page["ExpiryTime"].timestamp() * 1000 - ebs.sim.clock()["now_ms"]) / 1000
    assert left == pytest.approx(7 * DAY, abs=1)
    ebs.step(7 * DAY - 1)
    get(ebs, snapshot, 1, tokens[1])
    ebs.step(2)
    with reason("ValidationException", "INVALID_BLOCK_TOKEN"):
        get(ebs, snapshot, 1, tokens[1])


def test_a_child_holds_its_parents_blocks_where_it_wrote_none(ebs):
    old = {0: block(), 1: block(), 2: block()}
    parent = ebs.written(old)
    new = {1: block(), 9: block(), 2: b"\0" * BLOCK, 3000: block()}
    child = ebs.written(new, gib=2, ParentSnapshotId=parent)
    ebs.client().delete_snapshot(SnapshotId=parent)
    assert ebs.content(child) == digests({**old, **new})
    disk = bytearray(2 << 30)
    for index, data in {**old, **new}.items():
        disk[index * BLOCK:(index + 1) * BLOCK] = data
    assert ebs.sim.blocks(snapshot=child)["sha256"] == hashlib.sha256(disk).hexdigest()
    assert sorted(listed(ebs, child)) == [0, 1, 2, 9, 3000]


def test_an_imported_snapshot_can_be_a_parent(ebs):
    disk = block() + block()
    parent = ebs.imported(disk)
    new = block()
    child = ebs.written({1: new}, ParentSnapshotId=parent)
    assert ebs.content(child) == digests({0: disk[:BLOCK], 1: new})
    assert changed(ebs, parent, child) == {1: (True, True)}


def test_what_changed_since_the_parent(ebs):
    parent = ebs.written({0: block(), 1: block(), 2: block()})
    child = ebs.written({1: block(), 5: block()}, ParentSnapshotId=parent)
    grandchild = ebs.written({2: block()}, gib=2, ParentSnapshotId=child)
    assert changed(ebs, parent, child) == {1: (True, True), 5: (False, True)}
    assert changed(ebs, parent, grandchild) == {1: (True, True), 2: (True, True), 5: (False, True)}
    assert changed(ebs, grandchild, child) == {2: (True, True)}
    page = ebs.ebs().list_changed_blocks(SecondSnapshotId=child)
    assert [(row["BlockIndex"], "FirstBlockToken" in row) for row in page["ChangedBlocks"]] == [
        (0, False), (1, False), (2, False), (5, False)]
    rows = ebs.ebs().list_changed_blocks(FirstSnapshotId=parent, SecondSnapshotId=child)["ChangedBlocks"]
    assert get(ebs, parent, 1, rows[0]["FirstBlockToken"])["Checksum"] != get(
        ebs, child, 1, rows[0]["SecondBlockToken"])["Checksum"]


def test_a_page_of_changes_may_be_empty_and_still_have_a_next(ebs):
    parent = ebs.written({index: block(index + 1) for index in range(300)})
    child = ebs.written({299: block()}, ParentSnapshotId=parent)
    page = ebs.ebs().list_changed_blocks(FirstSnapshotId=parent, SecondSnapshotId=child, MaxResults=100)
    assert page["ChangedBlocks"] == [] and "NextToken" in page
    assert changed(ebs, parent, child, MaxResults=100) == {299: (True, True)}


def test_strangers_cannot_be_compared(ebs):
    with reason("ValidationException", "UNRELATED_SNAPSHOTS"):
        changed(ebs, ebs.written({0: block()}), ebs.written({0: block()}))


def test_a_parent_must_be_ready_and_not_larger(ebs):
    with reason("ValidationException", "INVALID_SNAPSHOT_ID"):
        ebs.start(ParentSnapshotId=ebs.start())
    with reason("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", 404):
        ebs.start(ParentSnapshotId="snap-0123456789abcdef0")
    parent = ebs.written({0: block()}, gib=2)
    with reason("ValidationException", "INVALID_VOLUME_SIZE"):
        ebs.start(gib=1, ParentSnapshotId=parent)
    with reason("ValidationException", "INVALID_PARAMETER_VALUE"):
        ebs.start(gib=2, ParentSnapshotId=parent, Encrypted=True)
    assert ebs.ebs().start_snapshot(VolumeSize=2, ParentSnapshotId=parent)["ParentSnapshotId"] == parent


def test_an_encrypted_snapshot_says_so_and_so_do_its_children(ebs):
    parent = ebs.written({0: block()}, Encrypted=True)
    assert ebs.snapshot(parent)["Encrypted"] and ":kms:" in ebs.snapshot(parent)["KmsKeyId"]
    child = ebs.ebs().start_snapshot(VolumeSize=1, ParentSnapshotId=parent)
    assert (child["SseType"], child["KmsKeyArn"]) == ("sse-kms", ebs.snapshot(parent)["KmsKeyId"])


def test_a_pending_snapshot_cannot_be_read(ebs):
    snapshot = ebs.start()
    ebs.put(snapshot, 0, block())
    with reason("ValidationException", "INVALID_SNAPSHOT_ID"):
        listed(ebs, snapshot)


def test_a_public_snapshot_cannot_be_read(ebs):
    snapshot = ebs.written({0: block()})
    token = listed(ebs, snapshot)[0]
    ebs.client().modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", CreateVolumePermission={"Add": [{"Group": "all"}]})
    for call in (lambda: listed(ebs, snapshot), lambda: get(ebs, snapshot, 0, token)):
        with reason("AccessDeniedException", "UNAUTHORIZED_ACCOUNT", 403):
            call()


def test_another_account_reads_what_is_shared_with_it(start_sim, write_json):
    keys = {"id": "AKIAOTHER", "secret": "other"}
    world = write_json({"accounts": [{"id": "210987654321", "keys": [keys]}]})
    ebs = Ebs(start_sim("--world", world))
    theirs = ebs.sim.client("ebs", keys={"aws_access_key_id": "AKIAOTHER", "aws_secret_access_key": "other"})
    snapshot = ebs.written({0: block()})
    with reason("ResourceNotFoundException", "SNAPSHOT_NOT_FOUND", 404):
        theirs.list_snapshot_blocks(SnapshotId=snapshot)
    ebs.client().modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission",
        CreateVolumePermission={"Add": [{"UserId": "210987654321"}]})
    assert len(theirs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]) == 1
    with reason("AccessDeniedException", "UNAUTHORIZED_ACCOUNT", 403):
        theirs.start_snapshot(VolumeSize=1, ParentSnapshotId=snapshot)


def test_reads_have_quotas(start_sim, write_json):
    world = write_json({"accounts": [{"id": "123456789012", "quotas": {"L-028ACFB9": 1, "L-18E976AB": 2}}]})
    ebs = Ebs(start_sim("--world", world))
    snapshot = ebs.written({0: block()})
    token = listed(ebs, snapshot)[0]
    listed(ebs, snapshot)
    with reason("RequestThrottledException", "ACCOUNT_THROTTLED"):
        listed(ebs, snapshot)
    get(ebs, snapshot, 0, token)
    with reason("RequestThrottledException", "RESOURCE_LEVEL_THROTTLE"):
        get(ebs, snapshot, 0, token)


def test_a_copy_keeps_its_blocks(ebs):
    parent = ebs.written({0: block()})
    child = ebs.written({4: block()}, ParentSnapshotId=parent)
    copy = ebs.client().copy_snapshot(SourceRegion=HOME, SourceSnapshotId=child)["SnapshotId"]
    ebs.completed(copy)
    assert ebs.content(copy) == ebs.content(child) and sorted(listed(ebs, copy)) == [0, 4]
    assert changed(ebs, parent, copy) == {4: (False, True)}
