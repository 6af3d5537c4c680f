"""What EC2 does other than asked is found when it is read back, by the line that it is for, and is not published; the
next attempt makes it right."""

import pytest

from release_tools import HOME, REGIONS

BAD = "eu-west-1"
PATIENT = "--stall", "600"  # a slow region shall not end the release
AMI = "acme/1.0-x86_64-linux"
TAGS = ["Name", "ManagedBy", "tatami:release", "tatami:id", "tatami:image", "tatami:digest", "tatami:attempt", "Team"]
# kind, value, what the message says, and which line of verification says it.
WRONG = [
    ("wrong-architecture", "arm64", "architecture is arm64, asked was x86_64", "verify architecture"),
    ("wrong-boot-mode", "legacy-bios", "boot mode is legacy-bios, asked was uefi", "verify boot mode"),
    ("wrong-size", "9", "size of /dev/xvda in GiB is 9, asked was 1", "verify devices, sizes, types"),
    ("wrong-name", "other", f"name is other, asked was {AMI}", "verify name"),
    ("wrong-description", "other", "description is other, asked was Acme 1.0", "verify description"),
    ("missing-device", "/dev/xvdb", "device /dev/xvdb is missing", "verify devices, sizes, types"),
    ("missing-device", "/dev/xvda", "device /dev/xvda is missing", "verify devices, sizes, types"),
    *(("missing-tag", tag, f"tag {tag} is missing on the AMI", "verify tags of the AMI") for tag in TAGS),
    ("fails", "Client.Error: no luck", "Client.Error: no luck", ""),
]


def two_disks(site):
    return [f"{site.image('boot', 2)}+{site.image('root', 3)},arch=x86_64,boot-mode=uefi"]


def check_wrong(site, action, region, case):
    kind, value, message, _ = case
    site.sim.faults({"action": action, "region": region, "kind": kind, "value": value, "count": 0})
    run = site.release("--public", "--tag", "Team=images", "--description", "Acme 1.0", paths=two_disks(site)).ended(3)
    failure, = run.failures()
    assert failure["region"] == region
    assert message in failure["text"], failure["text"]
    site.check_private()
    if action == "RegisterImage":
        assert site.sim.count("CopyImage") == 0
    site.sim.clear_faults()
    site.resume().ended(0)
    others = ()
    if (action, kind) == ("CopyImage", "missing-device"):
        others = [lost_snapshot(site, region)]
    site.check_no_doubles(disks=2, others=others)
    site.check_public()


def lost_snapshot(site, region):
    """The one that no AMI names: EC2 does not delete it with an AMI that lost its device. It bears the release's tags,
    by which a cleanup finds it."""
    state = site.sim.state()
    used = {device["snapshotId"] for ami in state["images"] for device in ami["blockDeviceMapping"]}
    lost, = (s for s in state["snapshots"] if s["snapshotId"] not in used)
    assert (lost["region"], lost["tags"]["tatami:image"]) == (region, AMI)
    return lost["snapshotId"]


@pytest.mark.parametrize("action, region", [("RegisterImage", HOME), ("CopyImage", BAD)])
def test_wrong_ami(for_each, action, region):
    for_each(lambda site, case: check_wrong(site, action, region, case), WRONG)


# What is answered with yes and not done: options, action, message, and whether the others are public by then.
NO_EFFECT = [
    (("--deprecate-after", "90"), "EnableImageDeprecation", "deprecation time is not set", False),
    (("--protect",), "EnableImageDeregistrationProtection", "deregistration protection is", False),
    (("--share", "210987654321"), "ModifyImageAttribute", "the launch permission was accepted, but reading it back",
     False),
    ((), "ModifyImageAttribute", "is still private when read back", True),
    (("--public-snapshots",), "ModifySnapshotAttribute", "the snapshot's permission was accepted, but reading it back",
     True),
]


def test_no_effect(for_each):
    def check(site, case):
        options, action, message, in_the_wave = case
        site.sim.faults({"action": action, "region": BAD, "kind": "no-effect", "count": 0})
        run = site.release("--public", *options)
        run.ended(3)
        failure, = run.failures()
        assert failure["region"] == BAD and message in failure["text"], failure["text"]
        if in_the_wave:
            site.check_public([region for region in REGIONS if region != BAD])
        else:
            site.check_private()
        site.sim.clear_faults()
        run = site.resume()
        run.ended(0)
        site.check_no_doubles()
        site.check_public()

    for_each(check, NO_EFFECT)


@pytest.mark.smoke
def test_snapshot_tags(for_each):
    """The snapshots of home are tagged by a call of their own, those of copies with the copy."""

    def check(site, case):
        action, kind, tag = case
        site.sim.faults({"action": action, "kind": kind, "value": tag, "count": 0})
        run = site.release("--public", "--tag", "Team=images")
        run.ended(3)
        failure, = run.failures()
        assert "tag" in failure["text"] and "snapshot" in failure["text"], failure["text"]
        site.check_private()
        site.sim.clear_faults()
        run = site.resume()
        run.ended(0)
        site.check_no_doubles()
        site.check_public()

    for_each(check, [("CreateTags", "missing-tag", tag) for tag in TAGS] + [("CreateTags", "no-effect", "")])


@pytest.mark.parametrize("action, region", [("RegisterImage", HOME), ("CopyImage", BAD)])
@pytest.mark.parametrize("value, message", [("AAAA", "UEFI data is other than asked"), ("", "UEFI data is not set")])
def test_wrong_uefi_data(site, action, region, value, message):
    """No list says it: it is asked for, image by image."""
    (site.folder / "vars").write_text("QU1aTlVFRkk=")
    site.sim.faults({"action": action, "region": region, "kind": "wrong-uefi-data", "value": value, "count": 0})
    run = site.release("--public", "--uefi-data", site.folder / "vars").ended(3)
    failure, = run.failures()
    assert failure["region"] == region and message in failure["text"], failure["text"]
    site.check_private()
    site.sim.clear_faults()
    site.resume().ended(0)
    for image in site.check_no_doubles():
        ec2 = site.client("ec2", image["region"])
        said = ec2.describe_image_attribute(ImageId=image["imageId"], Attribute="uefiData")
        assert said["UefiData"]["Value"] == "QU1aTlVFRkk="
    site.check_public()


@pytest.mark.parametrize("action, region", [("RegisterImage", HOME), ("CopyImage", BAD)])
def test_turns_failed_before_the_wave(site, action, region):
    """Available, verified, and failed while it waits for a slow region: the barrier stays shut."""
    site.sim.faults({"action": action, "region": region, "kind": "turns-failed", "value": "no luck"},
                    {"action": "CopyImage", "region": "ap-south-1", "kind": "throttle", "count": 0})
    run = site.start_release("--public", *PATIENT)
    assert run.wait_for_event(event="error", region=region)
    site.sim.clear_faults()
    run.finish().ended(3)
    assert [region] == [failure["region"] for failure in run.failures() if "no luck" in failure["text"]]
    site.check_private()
    rows = run.result["manifest"]["images"][0]["regions"]
    assert region not in rows
    site.resume().ended(0)
    check_sources(site)
    site.check_no_doubles()
    site.check_public()


def check_sources(site):
    """Every copy is one of the home AMI that there is."""
    home, = site.sim.images(region=HOME)
    copies = [image for image in site.sim.state()["images"] if image["region"] != HOME]
    assert {image["sourceImageId"] for image in copies} == {home["imageId"]}


def test_protected_ami_that_fails(site):
    """It holds its name and its protection: both go before the next attempt."""
    site.sim.faults({"action": "CopyImage", "region": BAD, "kind": "turns-failed", "value": "no luck"},
                    {"action": "CopyImage", "region": "ap-south-1", "kind": "throttle", "count": 0})
    run = site.start_release("--public", "--protect", *PATIENT)
    assert run.wait_for_event(event="error", region=BAD)
    site.sim.clear_faults()
    run.finish().ended(3)
    site.resume().ended(0)
    assert site.sim.count("DisableImageDeregistrationProtection", BAD, done=True) == 1
    site.check_no_doubles()
    site.check_public()


def test_what_was_not_set_is_asked_again(site):
    """The AMI itself is as asked: it stays, and only the attribute is asked once more."""
    site.sim.faults({"action": "EnableImageDeprecation", "region": BAD, "kind": "no-effect"})
    site.release("--public", "--deprecate-after", "90").ended(3)
    before, = site.sim.images(region=BAD)
    site.resume().ended(0)
    after, = site.sim.images(region=BAD)
    assert after["imageId"] == before["imageId"]
    assert site.sim.count("EnableImageDeprecation", BAD) == 2
    site.check_public()


def test_ami_that_is_taken_away_before_the_wave(site):
    """Verified, and deregistered by somebody while it waits for a slow region: the barrier stays shut."""
    site.sim.faults({"action": "CopyImage", "region": "ap-south-1", "kind": "throttle", "count": 0})
    run = site.start_release("--public", *PATIENT)
    assert run.wait_for_event(event="cell", region=BAD, state="ready")
    ami, = site.sim.images(region=BAD)
    site.client("ec2", BAD).deregister_image(ImageId=ami["imageId"])
    assert run.wait_for_event(event="error", region=BAD)
    site.sim.clear_faults()
    run.finish().ended(3)
    failure, = [f for f in run.failures() if f["region"] == BAD]
    # EC2 lists a deregistered AMI for a while, then no longer.
    assert "deregistered" in failure["text"] or "no longer there" in failure["text"]
    site.check_private()


def test_disabled_ami_is_not_replaced(site):
    """A person disabled it: a person looks at it. No new AMI takes its place."""
    site.sim.faults({"action": "CopyImage", "region": "ap-south-1", "kind": "throttle", "count": 0})
    run = site.start_release("--public", *PATIENT)
    assert run.wait_for_event(event="cell", region=BAD, state="ready")
    ami, = site.sim.images(region=BAD)
    site.ec2(BAD, Action="DisableImage", ImageId=ami["imageId"])
    assert run.wait_for_event(event="error", region=BAD)
    site.sim.clear_faults()
    run.finish().ended(3)
    site.resume().ended(3)
    still, = site.sim.images(region=BAD)
    assert (still["imageId"], still["imageState"]) == (ami["imageId"], "disabled")
    site.check_private()
