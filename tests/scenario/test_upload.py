"""The staging object: what is there is not sent again, and what changed under the reading is not released."""

import shutil

import pytest
from images import blocks_of, digest_of
from release_tools import BUCKET, HOME, until

PART = 8 << 20
DENIED = {"action": "ImportSnapshot", "kind": "error", "code": "UnauthorizedOperation", "status": 403, "count": 0}


def big(site):
    """Three parts of 8, 8 and 4 MiB."""
    return site.image("big", 20)


def paths(site):
    return [f"{big(site)},arch=x86_64,boot-mode=uefi"]


def give_up(site):
    """Nobody goes on with what was begun: neither this machine nor, by the plan in the bucket, another one."""
    shutil.rmtree(site.state)
    site.client("s3").delete_object(Bucket=BUCKET, Key="tatami/acme!2F1/=plan.json")


def test_object_is_there(site):
    """Begun anew on another machine, the release finds what was sent by its digest."""
    site.sim.faults(DENIED)
    site.release(paths=paths(site)).ended(3)
    staged, = site.sim.staged()
    digest, name = digest_of(big(site)), "acme/1.0-x86_64-linux"
    want = {"Name": name, "ManagedBy": "tatami", "tatami:release": "acme/1", "tatami:image": name,
            "tatami:disk": "root", "tatami:digest": digest, "tatami:attempt": "1"}
    assert want.items() <= staged["tags"].items() and len(staged["tags"]["tatami:id"]) == 32
    site.sim.clear_faults()
    give_up(site)
    site.release(paths=paths(site)).ended(0)
    assert site.sim.count("UploadPart") == 3
    site.check_no_doubles()
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(big(site))


def test_object_is_another(site):
    """An object of that key and size with another content is not taken for this one."""
    site.sim.faults(DENIED)
    site.release(paths=paths(site)).ended(3)
    site.sim.clear_faults()
    give_up(site)
    other = site.image("big", 20, seed=9)
    site.release(paths=[f"{other},arch=x86_64,boot-mode=uefi"]).ended(0)
    assert site.sim.count("UploadPart") == 6
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(other)


@pytest.mark.smoke
def test_half_sent(site):
    """Resume sends only what is missing, into the upload that is open."""
    site.sim.faults({"action": "UploadPart", "kind": "hang", "nth": 3})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    run.kill()
    upload, = site.sim.uploads()
    assert [part["size"] for part in upload["parts"]] == [PART, PART]
    site.resume().ended(0)
    assert site.sim.count("CreateMultipartUpload") == 1
    assert site.sim.count("UploadPart") == 4
    site.check_no_doubles()
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(big(site))


def test_upload_is_gone(site):
    """Somebody aborted it while nobody ran: everything is sent again."""
    site.sim.faults({"action": "UploadPart", "kind": "hang", "nth": 3})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    run.kill()
    upload, = site.sim.uploads()
    site.client("s3").abort_multipart_upload(Bucket="tatami-demo", Key=upload["key"], UploadId=upload["upload_id"])
    site.resume().ended(0)
    assert site.sim.count("CreateMultipartUpload") == 2
    site.check_no_doubles()


def change(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(b"changed")


def test_file_changes_while_it_is_sent(site):
    """Refused before anything is registered, with a sentence that names the file."""
    site.sim.faults({"action": "UploadPart", "kind": "delay", "delay_ms": 300, "nth": 2})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    change(big_path(site), PART // 2)
    run.finish().ended(3)
    failure, = run.failures()
    assert "big.raw" in failure["text"] and "changed" in failure["text"], failure
    assert site.sim.count("ImportSnapshot") == site.sim.count("RegisterImage") == 0


def big_path(site):
    return site.folder / "big.raw"


def test_file_is_cut_while_it_is_sent(site):
    site.sim.faults({"action": "UploadPart", "kind": "delay", "delay_ms": 300, "nth": 1})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    with open(big_path(site), "r+b") as file:
        file.truncate(9 << 20)
    run.finish().ended(3)
    failure, = run.failures()
    assert "big.raw" in failure["text"]
    assert site.sim.count("ImportSnapshot") == 0


def test_file_changed_before_resume(site):
    """What is released is one state of the file, never a mix of two."""
    site.sim.faults({"action": "UploadPart", "kind": "hang", "nth": 3})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    run.kill()
    change(big_path(site), 100)
    site.resume().ended(0)
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(big_path(site))
    assert home["tags"]["tatami:digest"] == digest_of(big_path(site))
    assert site.sim.count("UploadPart") == 5


def test_file_of_another_size_before_resume(site):
    site.sim.faults({"action": "UploadPart", "kind": "hang", "nth": 3})
    run = site.start_release("--connections", "1", paths=paths(site))
    until(lambda: site.sim.fault_hits() == [1])
    run.kill()
    site.image("big", 21)
    run = site.resume().ended(3)
    failure, = run.failures()
    assert "big.raw" in failure["text"] and "21" in failure["text"] or "22020096" in failure["text"]
    big(site)
    site.resume().ended(0)
    site.check_no_doubles()


def test_file_is_gone_before_resume(site):
    """Once the import is asked for, the file is not needed any more."""
    run = site.start_release("--public", paths=paths(site))
    assert run.wait_for_event(event="disk", state="importing")
    run.kill()
    big_path(site).unlink()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_foreign_object_is_not_taken_for_ours(site):
    """The upload is gone and an object of that size lies there: its bytes decide, not its size."""
    site.sim.faults({"action": "CompleteMultipartUpload", "kind": "hang"})
    run = site.start_release(paths=paths(site))
    until(lambda: 1 in site.sim.fault_hits())
    upload, = site.sim.uploads()
    s3 = site.client("s3")
    s3.abort_multipart_upload(Bucket="tatami-demo", Key=upload["key"], UploadId=upload["upload_id"])
    s3.put_object(Bucket="tatami-demo", Key=upload["key"], Body=site.image("other", 20, seed=7).read_bytes())
    run.finish().ended(0)
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(big(site))


def test_object_is_replaced_while_it_is_imported(site):
    """Another machine releases under the same name: what was imported is not used, and nothing becomes public."""
    other, s3 = site.image("other", 20, seed=7).read_bytes(), site.client("s3")
    run = site.start_release("--public", paths=paths(site))
    assert run.wait_for_event(event="disk", state="importing")
    staged, = site.sim.staged()
    s3.put_object(Bucket="tatami-demo", Key=staged["key"], Body=other)
    run.finish().ended(3)
    failure, = run.failures()
    assert "replaced while it was imported" in failure["text"]
    assert site.sim.images() == []
    run = site.resume().ended(0)
    home, = site.sim.images(region=HOME)
    assert site.sim.blocks(snapshot=home["blockDeviceMapping"][0]["snapshotId"]) == blocks_of(big(site))
    site.check_public()


def test_an_outage_of_s3_is_waited_out(site):
    """Longer than one call repeats: the release waits, as it does for every other step."""
    site.sim.faults({"action": "UploadPart", "kind": "reset", "count": 12},
                    {"action": "HeadObject", "kind": "error", "code": "ServiceUnavailable", "status": 503, "count": 6})
    site.release("--connections", "2", paths=paths(site)).ended(0)
    site.check_no_doubles()
