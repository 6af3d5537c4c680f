"""A release that upload-ami or create-amis.sh has begun is finished: nothing is imported, registered or copied twice,
what contradicts is told and left, and what is adopted is proved first."""

import json
import os
import signal

import pytest
from images import BLOCK
from peers import Script, asked, carry, image_info, upload_ami, zfs_info
from release_tools import BUCKET, HOME, REGIONS, until

COPY, LAST = REGIONS[1:]
UPLOAD_AMI = ["uploaded", "asked", "imported", "tagged", "cleared", "registered", "available", f"copying {COPY}",
              f"copying {LAST}", f"copied {COPY}", None]
CREATE_AMIS = ["uploaded", "asked, not noted", "asked", "imported, not noted", "imported", "registered, not noted",
               "registered", "available", f"copying {COPY}, not noted", f"copying {COPY}", f"copied {COPY}", None]
ZFS = ["uploaded root", "asked root", "imported root", "uploaded boot", "asked, not noted boot", "asked boot",
       "imported boot", "registered", f"copying {COPY}", None]


def command(site, info, what, *more, yes=True, bucket=BUCKET):
    names = ("--prefix", "nixos/", "--run-id", "7") if what == "upload-ami" else ()
    return ("release", info["folder"], "--adopt", what, *names, "--release", "acme/1", "--regions",
            ",".join(REGIONS), "--state", site.state, "--json", *["--bucket", bucket] * bool(bucket), *["--yes"] * yes,
            *more)


def adopt(site, info, what, *more, **options):
    return site.run(*command(site, info, what, *more, **options))


def notes(run):
    return "\n".join(f"{event.get('region', '')} {event['text']}" for event in run.events if event["event"] == "note")


def check_finished(site, name, disks=1, public=False):
    """As if one program had made it, each thing once; all of it ours by its tags."""
    amis = site.check_no_doubles(disks=disks)
    assert {ami["name"] for ami in amis} == {name}
    state = site.sim.state()
    things = [*amis, *state["snapshots"], *state["importTasks"]]
    ids = {thing["tags"].get("tatami:id") for thing in things if "tatami:id" in thing["tags"]}
    assert len(ids) == 1
    for thing in [*amis, *state["snapshots"]]:
        assert thing["tags"]["tatami:release"] == "acme/1" and thing["tags"]["ManagedBy"] == "tatami", thing
    for action, count in (("ImportSnapshot", disks), ("RegisterImage", 1), ("CopyImage", len(REGIONS) - 1)):
        assert site.sim.count(action, done=True) <= count, action
    if public:
        site.check_public()
    else:
        site.check_private()


def nothing_changed(site, before):
    """But for the bucket's lease, which is the release's own."""
    assert site.sim.mutations() == before


# ---- every stage of either program ----


def test_upload_ami_in_each_stage(for_each):
    def check(site, stage):
        info = image_info(site)
        carry(upload_ami(site, info), stage)
        run = adopt(site, info, "upload-ami").ended(0)
        assert "adopts" in notes(run)
        check_finished(site, "nixos/25.11.1234-x86_64-linux.7")

    for_each(check, UPLOAD_AMI)


def test_create_amis_in_each_stage(for_each):
    def check(site, stage):
        info = image_info(site, kind="vhd")
        script = Script(site, info)
        script.folder.mkdir()
        carry(script.run(), stage)
        run = adopt(site, info, script.folder).ended(0)
        assert "adopts" in notes(run)
        check_finished(site, script.name)

    for_each(check, CREATE_AMIS)


def test_create_amis_of_two_disks(for_each):
    def check(site, stage):
        info = zfs_info(site)
        script = Script(site, info)
        script.folder.mkdir()
        carry(script.run(), stage)
        adopt(site, info, script.folder).ended(0)
        check_finished(site, script.name, disks=2)

    for_each(check, ZFS)


@pytest.mark.smoke
def test_what_is_public_already_stays_so(site):
    """upload-ami publishes as it goes; here the rest waits for the barrier and goes together."""
    info = image_info(site)
    carry(upload_ami(site, info, public=True), f"copied {COPY}")
    before = site.sim.mutations()
    run = adopt(site, info, "upload-ami").ended(4)
    assert "--public" in run.text
    nothing_changed(site, before)
    run = adopt(site, info, "upload-ami", "--public").ended(0)
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7", public=True)
    assert site.sim.count("ModifyImageAttribute") == len(REGIONS), "nobody's permission is set twice"


def test_a_file_of_several_parts(site):
    info = image_info(site, mib=20)
    carry(upload_ami(site, info), "uploaded")
    adopt(site, info, "upload-ami").ended(0)
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7")
    assert site.sim.count("UploadPart") == 3, "not sent again"


def test_upload_ami_without_a_bucket(for_each):
    """Its snapshot was written by EBS direct: the finished one is adopted, a half written one is left and told."""
    def check(site, case):
        stage, bucket = case
        info = image_info(site)
        carry(upload_ami(site, info, direct=True), stage)
        run = adopt(site, info, "upload-ami", bucket=bucket)
        if stage == "started":
            run.ended(1)
            assert "is not completed" in run.text and site.sim.count("CreateTags") == 0
            return
        run.ended(0)
        state = site.sim.state()
        assert len(state["snapshots"]) == len(state["images"]) == len(REGIONS) and state["importTasks"] == []
        assert site.sim.count("StartSnapshot") == 1 and site.sim.staged() == []
        assert {thing["tags"]["tatami:release"] for thing in state["snapshots"] + state["images"]} == {"acme/1"}

    for_each(check, [(stage, bucket) for bucket in (BUCKET, None)
                     for stage in ("started", "tagged", "available", f"copying {COPY}")])


# ---- what contradicts ----


def refused(site, info, what, *parts, status=4):
    before, run = site.sim.mutations(), adopt(site, info, what)
    run.ended(status)
    for part in parts:
        assert part in run.text, run.text
    nothing_changed(site, before)
    assert site.run("resume", "--state", site.state).ended(0).text.startswith("Nothing to resume")


def test_nothing_is_there(site):
    refused(site, image_info(site), "upload-ami", "left nothing", "--prefix", status=1)


def test_nobody_agrees(site):
    info = image_info(site)
    carry(upload_ami(site, info), "asked")
    before = site.sim.mutations()
    adopt(site, info, "upload-ami", yes=False).ended(4)
    adopt(site, info, "upload-ami", "--read-only").ended(4)
    nothing_changed(site, before)


def test_no_folder(site):
    refused(site, image_info(site), site.folder / "none", "no folder", status=2)


def test_another_home(site):
    info = image_info(site, kind="vhd")
    script = Script(site, info)
    script.write(script.key("eu-west-1"), "task_id", "import-snap-0123456789abcdef0")
    refused(site, info, script.folder, "began in eu-west-1", status=2)


@pytest.mark.parametrize("change", [{"BootMode": "legacy-bios"}, {"EnaSupport": False}, {"Architecture": "arm64"}])
def test_an_ami_that_differs(site, change):
    info = image_info(site)
    carry(upload_ami(site, info), "cleared")
    ec2 = site.client("ec2")
    snapshot = site.sim.state()["snapshots"][0]["snapshotId"]
    words = {"Architecture": "x86_64", "BootMode": "uefi", "EnaSupport": True, **change}
    asked(ec2.register_image, Name="nixos/25.11.1234-x86_64-linux.7", RootDeviceName="/dev/xvda",
          VirtualizationType="hvm", ImdsSupport="v2.0", SriovNetSupport="simple", BlockDeviceMappings=[
              {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}], **words)
    refused(site, info, "upload-ami", "cannot be adopted")


def test_an_ami_of_another_image(site):
    """All as planned, but the bytes are of another build."""
    other = image_info(site, seed=8)
    carry(upload_ami(site, other), "available")
    refused(site, image_info(site, seed=9), "upload-ami", "holds another image", "cannot be adopted")


def test_one_block_that_differs(site):
    """A build of the same name and size is another one by a single block of 48."""
    info = image_info(site, mib=24)
    with open(info["file"], "r+b") as file:
        file.write(os.urandom(24 << 20))
        file.flush()
        carry(upload_ami(site, info), "available")
        file.seek(2 * BLOCK)
        file.write(bytes(BLOCK))
    refused(site, info, "upload-ami", "holds another image", "cannot be adopted")


def no_direct(site):
    site.sim.faults({"action": "ListSnapshotBlocks", "kind": "error", "code": "AccessDeniedException", "status": 403,
                     "count": 0})


def test_a_snapshot_that_may_not_be_read(site):
    """Name and size prove nothing."""
    info = image_info(site)
    carry(upload_ami(site, info), "available")
    no_direct(site)
    refused(site, info, "upload-ami", "cannot be compared", "not proved")


def test_a_snapshot_that_its_import_proves(site):
    """It cannot be read either, but what it was imported from bears the file's checksum."""
    info = image_info(site)
    carry(upload_ami(site, info), "tagged")
    no_direct(site)
    assert "adopts the snapshot" in notes(adopt(site, info, "upload-ami").ended(0))
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7")


def test_a_copy_of_something_else(site):
    info, name = image_info(site), "nixos/25.11.1234-x86_64-linux.7"
    carry(upload_ami(site, info), "available")
    ec2 = site.client("ec2")
    mine = site.sim.images()[0]
    device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": mine["blockDeviceMapping"][0]["snapshotId"]}}
    other = asked(ec2.register_image, Name="other", Architecture="x86_64", RootDeviceName="/dev/xvda",
                  BlockDeviceMappings=[device])["ImageId"]
    until(lambda: site.sim.images(imageId=other)[0]["imageState"] == "available")
    asked(site.client("ec2", COPY).copy_image, SourceImageId=other, SourceRegion=HOME, Name=name)
    refused(site, info, "upload-ami", f"taken in {COPY}", "no copy of")


def test_a_second_copy_is_told_and_left(site):
    """create-amis.sh, killed between CopyImage and its file, copies once more."""
    info = image_info(site, kind="vhd")
    script = Script(site, info)
    carry(script.run(), f"copying {COPY}, not noted")
    home = site.sim.images(region=HOME)[0]["imageId"]
    noted = asked(site.client("ec2", COPY).copy_image, SourceImageId=home, SourceRegion=HOME, Name=script.name,
                                                Description=script.description)["ImageId"]
    script.write(script.key(COPY), "ami_id", noted)
    run = adopt(site, info, script.folder).ended(0)
    extra, = [i["imageId"] for i in site.sim.images(region=COPY) if i["imageId"] != noted]
    assert f"left: {extra}" in notes(run) and f"adopts the AMI {noted}" in notes(run)
    assert [i["tags"] for i in site.sim.images(imageId=extra)] == [{}]
    assert site.sim.count("CopyImage") == 3


def test_an_object_of_another_file(site):
    """It is left, and this release's own is imported."""
    info = image_info(site)
    carry(upload_ami(site, info), "cleared")
    site.client("s3").put_object(Bucket=BUCKET, Key="nixos/25.11.1234-x86_64-linux.7", Body=b"not the image")
    run = adopt(site, info, "upload-ami").ended(0)
    assert "left: s3://" in notes(run)
    assert [found["key"] for found in site.sim.objects()] == ["nixos/25.11.1234-x86_64-linux.7"]


def test_a_snapshot_of_another_image(site):
    """The state folder names a snapshot of another build: left, and the image is imported anew."""
    other = image_info(site, label="24.05", kind="vhd", seed=4)
    carry(Script(site, other).run(), "imported")
    info = image_info(site, kind="vhd")
    script = Script(site, info)
    snapshot = site.sim.state()["snapshots"][0]["snapshotId"]
    carry(script.run(), "uploaded")
    script.write(script.key(HOME), "snapshot_id", snapshot)
    run = adopt(site, info, script.folder).ended(0)
    assert f"left: the snapshot {snapshot} holds another image" in notes(run)
    assert "tatami:id" not in [s for s in site.sim.state()["snapshots"] if s["snapshotId"] == snapshot][0]["tags"]
    site.check_private()


def test_an_import_that_failed(site):
    """Its task is dead, and every rerun of the program would wait for it: a new one is asked for."""
    info = image_info(site)
    site.sim.faults({"action": "ImportSnapshot", "kind": "fails"})
    steps = upload_ami(site, info)
    assert [next(steps), next(steps)] == ["uploaded", "asked"]
    until(lambda: site.sim.state()["importTasks"][0]["status"] not in ("active", "pending"))
    run = adopt(site, info, "upload-ami").ended(0)
    assert "ended as deleted" in notes(run)
    site.check_no_doubles(dead_tasks=1)


def test_a_hostile_folder(site):
    """Whatever lies in the state folder is a hint at most; nothing of it hangs or hurts."""
    info = image_info(site, kind="vhd")
    script = Script(site, info)
    carry(script.run(), "asked")
    base = script.folder / script.key(HOME)
    os.mkfifo(f"{base}.snapshot_id")
    os.symlink("/etc/passwd", f"{script.folder}/{script.key(COPY)}.ami_id")
    script.write(script.key(LAST), "ami_id", "ami-0123456789abcdef0; rm -rf /")
    (script.folder / "\x1b[2J.ami_id").write_bytes(bytes(range(256)))
    run = adopt(site, info, script.folder).ended(0)
    assert notes(run).count("holds no id") == 3
    check_finished(site, script.name)


def test_an_ami_that_is_gone(site):
    info = image_info(site, kind="vhd")
    script = Script(site, info)
    carry(script.run(), f"copied {COPY}")
    gone = site.sim.images(region=COPY)[0]
    there = site.client("ec2", COPY)
    there.deregister_image(ImageId=gone["imageId"])
    there.delete_snapshot(SnapshotId=gone["blockDeviceMapping"][0]["snapshotId"])
    run = adopt(site, info, script.folder).ended(0)
    assert f"{COPY} the AMI {gone['imageId']} is not there" in notes(run)
    site.check_no_doubles()


def test_a_region_that_cannot_be_read(site):
    """What is there is not known, so it could be made twice."""
    info = image_info(site)
    carry(upload_ami(site, info), f"copying {LAST}")
    site.sim.faults({"action": "DescribeImages", "region": COPY, "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    refused(site, info, "upload-ami", f"--exclude {COPY}", status=1)
    site.sim.clear_faults()
    adopt(site, info, "upload-ami").ended(0)
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7")


# ---- death during the adoption ----

DISK_MOMENTS = [{"event": "note"}, *({"event": "disk", "state": state} for state in (
    "checking", "marking", "asking", "importing", "tagging", "ready", "cleaning", "done"))]
CELL_MOMENTS = [{"event": "cell", "state": state, "region": region} for region in (HOME, COPY)
                for state in ("creating", "pending", "verifying", "ready")]


def ours(site):
    state = site.sim.state()
    return [thing for thing in state["images"] + state["snapshots"] if "tatami:id" in thing["tags"]]


def go_on(site, info, what):
    run = site.resume()
    begun = ours(site) or "every release on this machine is finished" not in run.text
    return run if begun else adopt(site, info, what)


@pytest.mark.parametrize("stage, moments", [("asked", DISK_MOMENTS), (f"copying {LAST}", CELL_MOMENTS)])
def test_killed_while_it_adopts(for_each, stage, moments):
    def check(site, moment):
        info = image_info(site)
        carry(upload_ami(site, info), stage)
        run = site.start(*command(site, info, "upload-ami"))
        run.wait_for_event(**moment)
        run.kill()
        go_on(site, info, "upload-ami").ended(0)
        check_finished(site, "nixos/25.11.1234-x86_64-linux.7")

    for_each(check, moments)


def test_another_machine_goes_on(for_each):
    """What is adopted stands in the plan in the bucket, so that nobody copies it once more."""
    def check(site, moment):
        info = image_info(site)
        carry(upload_ami(site, info, public=True), f"copying {LAST}")
        run = site.start(*command(site, info, "upload-ami", "--public"))
        assert run.wait_for_event(**moment)
        run.kill()
        done = not any(found["key"].endswith("=plan.json") for found in site.sim.objects())
        site.run("resume", "acme/1", "--bucket", BUCKET, "--state", site.folder / "elsewhere", "--take-over", "--yes",
                 "--json").ended(2 if done else 0)
        check_finished(site, "nixos/25.11.1234-x86_64-linux.7", public=True)

    for_each(check, CELL_MOMENTS)


@pytest.mark.parametrize("state, region", [("ready", HOME), ("pending", COPY)])
def test_another_machine_goes_on_without_a_bucket(site, state, region):
    """There it stands in the tags of the adopted snapshot."""
    info = image_info(site)
    carry(upload_ami(site, info, direct=True), f"copying {LAST}")
    run = site.start(*command(site, info, "upload-ami", bucket=None))
    assert run.wait_for_event(event="cell", state=state, region=region)
    run.kill()
    site.run("resume", "acme/1", "--home", HOME, "--state", site.folder / "elsewhere", "--take-over", "--yes",
             "--json").ended(0)
    world = site.sim.state()
    assert len(world["images"]) == len(world["snapshots"]) == len(REGIONS) and site.sim.count("CopyImage") == 2


@pytest.mark.parametrize("kind", [{"kind": "no-effect"}, {"kind": "missing-tag", "value": "tatami:id"}])
def test_tags_that_do_not_stick(site, kind):
    """Verification tells; going on tags it again, and deregisters nothing of the other program's."""
    info = image_info(site)
    carry(upload_ami(site, info), f"copied {COPY}")
    site.sim.faults({"action": "CreateTags", "region": COPY, "count": 0, **kind})
    run = adopt(site, info, "upload-ami").ended(3)
    assert "tag" in run.failures()[0]["text"]
    site.sim.clear_faults()
    site.resume().ended(0)
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7")
    assert site.sim.count("DeregisterImage") == 0


def test_cancelled_while_it_adopts(site):
    """What bears our tags goes; what does not yet is told, and stays the other program's."""
    info = image_info(site)
    carry(upload_ami(site, info), f"copied {COPY}")
    site.sim.faults({"action": "CreateTags", "region": LAST, "kind": "hang", "count": 0})
    run = site.start(*command(site, info, "upload-ami"))
    assert run.wait_for_event(event="cell", state="ready", region=COPY)
    run.kill()
    site.sim.clear_faults()
    run = site.run("cancel", "acme/1", "--state", site.state, "--yes").ended(0)
    rest, = site.sim.images()
    assert rest["region"] == LAST and "tatami:id" not in rest["tags"]
    left = [line.split()[:4] for line in run.lines if line.startswith("left")]
    assert left == [["left", LAST, "AMI", rest["imageId"]]]


def test_stopped_and_begun_again(site):
    """A second `release --adopt` is told to resume."""
    info = image_info(site)
    carry(upload_ami(site, info), "asked")
    run = site.start(*command(site, info, "upload-ami"))
    assert run.wait_for_event(event="disk", state="importing")
    run.send(signal.SIGINT)
    run.finish().ended(130)
    assert "tatami resume acme/1" in adopt(site, info, "upload-ami").ended(4).text
    site.resume().ended(0)
    check_finished(site, "nixos/25.11.1234-x86_64-linux.7")


def test_the_result_is_the_manifest(site):
    info = image_info(site)
    carry(upload_ami(site, info), None)
    run = adopt(site, info, "upload-ami", "--output", "out.json").ended(0)
    manifest = json.loads((site.folder / "out.json").read_text())
    assert sorted(manifest["images"][0]["regions"]) == sorted(REGIONS)
    assert run.result["exit_status"] == 0
