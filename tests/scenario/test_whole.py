"""Releases in which nothing goes wrong: what is asked is true at AWS, byte for byte and tag for tag."""

import json
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from release_tools import BUCKET, HOME, PROGRAM, REGIONS
from images import blocks_of, digest_of

ORGANIZATION = "arn:aws:organizations::123456789012:organization/o-tatamisim01"


def same_bytes(sim, image, device, path):
    snapshot, = (d["snapshotId"] for d in image["blockDeviceMapping"] if d["deviceName"] == device)
    return sim.blocks(snapshot=snapshot) == blocks_of(path)


def tags_of(release, name, digest, **more):
    return {"Name": name, "ManagedBy": "tatami", "tatami:release": release, "tatami:image": name,
            "tatami:digest": digest, "tatami:attempt": "1", **more}


def without_id(tags):
    """The tags and the random id, which has 128 bits."""
    rest = dict(tags)
    number = rest.pop("tatami:id")
    assert len(number) == 32 and int(number, 16) >= 0
    return rest, number


def test_all_regions(make_site):
    """Two images, one of two disks, in every region there is; public."""
    site = make_site(speed=500)
    one, boot, root = site.image("one", 9), site.image("boot", 2, seed=2), site.image("root", 20, seed=3)
    paths = [f"{one},arch=x86_64,boot-mode=uefi", f"{boot}+{root},arch=arm64"]
    output = site.folder / "manifest.json"
    run = site.release("--public", "--output", output, "--format", "json", paths=paths, regions=None).ended(0)
    regions = sorted({image["region"] for image in site.sim.images()})
    assert len(regions) == 34
    site.check_public(regions, images=2)
    manifest = json.loads(output.read_text())
    assert (manifest["release"], manifest["account"], manifest["home"]) == ("acme/1", "123456789012", HOME)
    assert run.result["manifest"] == manifest
    files = {"acme/1.0-x86_64-linux": {"/dev/xvda": one},
             "acme/1.0-aarch64-linux": {"/dev/xvda": boot, "/dev/xvdb": root}}
    digests = {name: " ".join(digest_of(path) for path in disks.values()) for name, disks in files.items()}
    check_manifest(manifest, site.sim.images(), digests)
    for image in site.sim.images():
        for device, path in files[image["name"]].items():
            assert same_bytes(site.sim, image, device, path), (image["name"], image["region"], device)
    amis = site.sim.images()
    assert len(site.sim.state()["importTasks"]) == 3
    assert len({d["snapshotId"] for ami in amis for d in ami["blockDeviceMapping"]}) == 3 * 34
    assert len(site.sim.state()["snapshots"]) == 3 * 34
    assert site.sim.uploads() == [] and site.sim.objects() == []
    assert site.sim.count("CopyImage", done=True) == 2 * 33


def check_manifest(manifest, amis, digests):
    """It names all that is there, and nothing that is not."""
    told = {(image["name"], region): (row["ami"], sorted(row["snapshots"]), row["state"], row["public"])
            for image in manifest["images"] for region, row in image["regions"].items()}
    true = {(ami["name"], ami["region"]): (ami["imageId"], sorted(d["snapshotId"] for d in ami["blockDeviceMapping"]),
                                           "available", True) for ami in amis}
    assert told == true
    assert {image["name"]: image["digest"] for image in manifest["images"]} == digests


@pytest.mark.smoke
def test_tags_and_attributes(site):
    """What tatami writes on AMIs, snapshots and tasks; deprecation, protection, sharing."""
    path = site.image()
    began = datetime.now(timezone.utc)
    run = site.release("--public", "--public-snapshots", "--deprecate-after", "90", "--protect", "--share",
                       f"210987654321,{ORGANIZATION}", "--tag", "Team=images", "--description", "A test",
                       "--volume-type", "gp2", "--volume-size", "7", "--tpm")
    run.ended(0)
    amis = site.check_no_doubles()
    site.check_public()
    want = tags_of("acme/1", "acme/1.0-x86_64-linux", digest_of(path), Team="images")
    numbers = set()
    for ami in amis:
        tags, number = without_id(ami["tags"])
        numbers.add(number)
        assert tags == want, ami["region"]
        assert ami["launchPermission"] == [{"userId": "210987654321"}, {"organizationArn": ORGANIZATION},
                                           {"group": "all"}]
        late = datetime.fromisoformat(ami["deprecationTime"].replace("Z", "+00:00")) - began
        assert abs(late - timedelta(days=90)) < timedelta(minutes=5)
        assert ami["deregistrationProtection"].startswith("enabled")
        assert (ami["description"], ami["tpmSupport"], ami["imdsSupport"]) == ("A test", "v2.0", "v2.0")
        device, = ami["blockDeviceMapping"]
        assert (device["volumeType"], device["volumeSize"], device["deleteOnTermination"]) == ("gp2", 7, True)
    for snapshot in site.sim.state()["snapshots"]:
        tags, number = without_id(snapshot["tags"])
        numbers.add(number)
        assert tags == (want | {"tatami:disk": "root"} if snapshot["region"] == HOME else want), snapshot["region"]
        assert snapshot["createVolumePermission"] == [{"group": "all"}]
    task, = site.sim.state()["importTasks"]
    tags, number = without_id(task["tags"])
    assert tags == want | {"tatami:disk": "root"}
    assert len(numbers | {number}) == 1


@pytest.mark.smoke
def test_private(site):
    """Without --public the release ends well, and nothing is public."""
    run = site.release().ended(0)
    site.check_no_doubles()
    site.check_private()
    assert site.sim.count("ModifyImageAttribute") == 0
    rows = run.result["manifest"]["images"][0]["regions"]
    assert {region: row["public"] for region, row in rows.items()} == {region: False for region in REGIONS}


def test_map_on_standard_output(site):
    """`--output - --format map` takes upload-ami's place in a script: the map alone is on standard output."""
    run = site.release("--public", "--output", "-", "--format", "map", json=False).ended(0)
    amis = {ami["region"]: ami["imageId"] for ami in site.check_no_doubles()}
    assert json.loads("\n".join(run.lines)) == amis
    assert any("Done: 3 AMIs in 3 regions verified, 3 public" in line for line in run.errors)


def test_nix(site):
    """A Nix set, which Nix itself would read: region names are quoted, ids are strings."""
    output = site.folder / "amis.nix"
    site.release("--public", "--output", output, "--format", "nix").ended(0)
    text = output.read_text()
    for ami in site.check_no_doubles():
        assert f'"{ami["imageId"]}"' in text and ami["region"] in text


def test_lines(site):
    """For people: the plan, a line per change of state, one sentence at the end."""
    run = site.release("--public", json=False)
    assert run.status == 0
    assert "acme/1.0-x86_64-linux" in run.text and f"s3://{BUCKET}" in run.text
    for word in ("uploading", "importing", "pending", "verifying", "public"):
        assert any(f"  {word}" in line for line in run.lines), word
    assert run.lines[-1] == "Done: 3 AMIs in 3 regions verified, 3 public, as read back from AWS."


def test_nobody_reads_on(site):
    """`tatami release ... | head -1` ends the reader, not the release."""
    command = [PROGRAM, *map(str, site.arguments(json=False)), "--public"]
    with subprocess.Popen(command, env=site.env, cwd=site.folder, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    site.check_no_doubles()
    site.check_public()


def test_two_releases_at_once(site):
    """They share a state folder and its journal, and do not disturb each other."""
    paths = [f"{site.image()},arch=x86_64,boot-mode=uefi"]
    runs = [site.start_release("--public", "--label", str(number), name=f"acme/{number}", paths=paths)
            for number in range(4)]
    for run in runs:
        run.finish().ended(0)
    site.check_no_doubles(images=4, disks=4)
    site.check_public(images=4)


def test_manifest_after_resume(site):
    output = site.folder / "manifest.json"
    run = site.start_release("--public", "--output", output)
    assert run.wait_for_event(event="cell", region="eu-west-1", state="pending")
    run.kill()
    assert not output.exists()
    site.resume("--output", output).ended(0)
    image, = json.loads(output.read_text())["images"]
    assert {region: row["ami"] for region, row in image["regions"].items()} == {
        ami["region"]: ami["imageId"] for ami in site.check_no_doubles()}
    assert image["digest"] == digest_of(site.folder / "a.raw")


def test_home_elsewhere(make_site):
    """The home region is the bucket's, whatever AWS_REGION says."""
    site = make_site(world={"buckets": [{"name": BUCKET, "region": "eu-west-1"}]})
    run = site.release("--public").ended(0)
    assert run.result["manifest"]["home"] == "eu-west-1"
    assert [task["region"] for task in site.sim.state()["importTasks"]] == ["eu-west-1"]
    site.check_no_doubles()
    site.check_public()


def test_home_is_always_in_the_plan(site):
    site.release("--public", regions=["eu-west-1"]).ended(0)
    site.check_public([HOME, "eu-west-1"])


def test_vhd(site):
    """A fixed VHD: the snapshot holds the disk, not the footer behind it."""
    raw = site.image()
    vhd = site.folder / "a.vhd"
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on", raw, vhd],
                   check=True)
    site.release(paths=[f"{vhd},arch=x86_64,boot-mode=uefi"]).ended(0)
    ami, *_ = site.sim.images(region=HOME)
    assert same_bytes(site.sim, ami, "/dev/xvda", raw)
