"""A plan of a cleanup over an account full of traps: exactly the rows that should go, a reason for each that stays, and
nothing changed by looking."""

import hashlib
import json
import signal

import pytest

from release_tools import BUCKET, HOME, until

EU = "eu-west-1"
OTHER = "210987654321"
GO = {"ami-go1", "ami-go2", "ami-disks", "ami-twice1", "ami-twice2", "ami-share1", "ami-eu1", "ami-eu2"}
STAY = {"ami-new": "newest", "ami-proto": "protected", "ami-keep": "keep", "ami-pending": "pending",
        "ami-template": "in-use", "ami-param": "in-use", "ami-instance": "in-use", "ami-recipe": "in-use",
        "ami-eunew": "newest", "ami-backport": "newest", "ami-arm": "newest"}
SNAPSHOTS = {"snap-go1", "snap-go2", "snap-d1", "snap-d2", "snap-d3", "snap-d4", "snap-t1", "snap-t2", "snap-eu1",
             "snap-eu2"}


NICKS = {}


def real(nick):
    """The id of what a test calls ami-go1 or snap-d2."""
    made = f"{nick.split('-')[0]}-{hashlib.sha256(nick.encode()).hexdigest()[:17]}"
    NICKS[made] = nick
    return made


def nick(made):
    return NICKS.get(made, made)


def image(ami, name, day, region=HOME, disks=None, **more):
    disks = [f"snap-{ami[4:]}"] if disks is None else disks
    devices = [{"deviceName": f"/dev/xvd{chr(ord('a') + n)}", "snapshotId": real(snapshot)} for n, snapshot in enumerate(disks)]
    return {"imageId": real(ami), "region": region, "name": name, "architecture": "x86_64",
            "creationDate": f"{day}T12:00:00.000Z", "blockDeviceMapping": devices, **more}


def traps():
    """Families acme (traps), beta (never in a rule) and orphans."""
    images = [
        image("ami-go1", "acme-1.0", "2023-01-01"),
        image("ami-go2", "acme-1.1", "2023-02-01", deprecationTime="2023-06-01T00:00:00.000Z"),
        image("ami-disks", "acme-1.2", "2023-03-01", disks=["snap-d1", "snap-d2", "snap-d3", "snap-d4"]),
        image("ami-twice1", "acme-1.3", "2023-04-01", disks=["snap-t1"]),
        image("ami-twice2", "acme-1.3", "2023-04-02", disks=["snap-t2"]),
        image("ami-share1", "acme-1.4", "2023-05-01", disks=["snap-shared"]),
        image("ami-proto", "acme-1.5", "2023-05-02", deregistrationProtection="enabled-with-cooldown"),
        image("ami-keep", "acme-1.6", "2023-05-03", tags={"tatami:keep": "for the lawyers"}),
        image("ami-pending", "acme-1.7", "2023-05-04", disks=[], imageState="pending"),
        image("ami-template", "acme-1.8", "2023-05-05"),
        image("ami-param", "acme-1.9", "2023-05-06"),
        image("ami-instance", "acme-1.10", "2023-05-07"),
        image("ami-recipe", "acme-1.11", "2023-05-08"),
        image("ami-new", "acme-3.0", "2024-01-01", disks=["snap-new", "snap-shared"]),
        image("ami-backport", "acme-1.0.9", "2024-06-01"),
        image("ami-arm", "acme-0.1", "2022-01-01", architecture="arm64"),
        image("ami-eu1", "acme-1.0", "2023-01-01", EU),
        image("ami-eu2", "acme-2.0", "2023-02-01", EU),
        image("ami-eunew", "acme-3.0", "2024-01-02", EU),
        image("ami-theirs", "acme-0.5", "2022-01-01", imageOwnerId=OTHER,
              launchPermission=[{"userId": "123456789012"}]),
    ]
    snapshots = [{"snapshotId": device["snapshotId"], "region": made["region"], "volumeSize": 2,
                  "fullSnapshotSizeInBytes": 2 ** 30, "startTime": made["creationDate"]}
                 for made in images for device in made["blockDeviceMapping"]]
    orphan = {"region": HOME, "volumeSize": 2, "fullSnapshotSizeInBytes": 2 ** 30, "startTime": "2023-01-01T00:00:00Z"}
    snapshots = list({row["snapshotId"]: row for row in snapshots}.values()) + [
        {**orphan, "snapshotId": real("snap-orphan"), "description": "Created by CreateImage(i-1) for ami-0123456789abcdef0"},
        {**orphan, "snapshotId": real("snap-volume"), "description": "my database"},
        {**orphan, "snapshotId": real("snap-kept"), "tags": {"tatami:keep": ""},
         "description": "Created by CreateImage(i-1) for ami-0123456789abcdef0"}]
    return {"images": images, "snapshots": snapshots, "accounts": [{"id": OTHER}],
            "instances": [{"instanceId": "i-1", "region": HOME, "imageId": real("ami-instance"), "instanceState": "stopped"}],
            "launchTemplates": [{"launchTemplateId": "lt-1", "region": HOME, "launchTemplateName": "web",
                                 "versions": [{"imageId": real("ami-template")}, {"imageId": real("ami-new")}]}],
            "imageRecipes": [{"region": HOME, "name": "base", "version": "1.0.0", "imageId": real("ami-recipe")}],
            "parameters": [{"name": "/acme/latest", "region": HOME, "value": real("ami-param")}],
            "retentionRules": [{"region": HOME, "ResourceType": kind, "RetentionPeriod":
                                {"RetentionPeriodValue": days, "RetentionPeriodUnit": "DAYS"}}
                               for kind, days in (("EC2_IMAGE", 14), ("EBS_SNAPSHOT", 7))],
            "buckets": [{"name": BUCKET, "region": HOME}]}


@pytest.fixture
def acme(make_site):
    return make_site(world=traps())


def asked(site, *rules):
    """What the rules would take, as events."""
    run = site.run("cleanup", *rules, "--json", "--state", site.state).ended(0)
    assert site.sim.mutations() == {}
    return run


def ids(run, event="item"):
    return {nick(row["id"]) for row in run.events if row["event"] == event}


def kept(run):
    return {nick(row["id"]): row["why"] for row in run.events if row["event"] == "skip"}


def alive(site):
    state = site.sim.state()
    return ({nick(row["imageId"]) for row in state["images"] if row["imageState"] != "deregistered"},
            {nick(row["snapshotId"]) for row in state["snapshots"]})


@pytest.mark.smoke
def test_every_trap(acme):
    run = asked(acme, "--name", "acme-*", "--older-than", 30)
    assert ids(run) == GO
    assert kept(run) == {**STAY, "snap-shared": "shared"}
    items = {nick(row["id"]): row for row in run.events if row["event"] == "item"}
    assert sorted(map(nick, items["ami-disks"]["snapshots"])) == ["snap-d1", "snap-d2", "snap-d3", "snap-d4"]
    assert items["ami-share1"]["snapshots"] == []
    assert items["ami-go1"]["undo_days"] == 7 and items["ami-eu1"]["undo_days"] == 0
    result = run.result
    assert result["amis"] == 8 and result["snapshots"] == 10 and result["bytes"] == 10 * 2 ** 30
    assert result["permanent_regions"] == 1 and result["undo_days"] == 7


def test_applied_it_touches_exactly_those(acme):
    before = alive(acme)
    path = acme.folder / "plan.json"
    acme.run("cleanup", "--name", "acme-*", "--older-than", 30, "--plan", path, "--state", acme.state).ended(0)
    plan = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    acme.run("cleanup", "--apply", path, "--yes", plan["hash"][:12], "--state", acme.state).ended(0)
    amis, snapshots = alive(acme)
    assert before[0] - amis == GO
    assert before[1] - snapshots == SNAPSHOTS


RULES = [
    (["--deprecated"], {"ami-go2"}),
    (["--deprecated-since", 100000 // 300], {"ami-go2"}),
    (["--older-than", 30, "--name", "acme-1.[01]"], set()),
    (["--name", "acme-1.?", "--regions", EU], {"ami-eu1"}),
    (["--keep-last", 2, "--regions", EU], {"ami-eu1"}),
    (["--keep-last", 3, "--regions", EU], set()),
    (["--tag", "tatami:keep"], set()),
    (["--never-launched", "--name", "acme-1.0", "--regions", EU], {"ami-eu1"}),
    (["--not-launched-since", 10, "--name", "acme-2.0"], {"ami-eu2"}),
    (["--orphans"], {"snap-orphan"}),
    (["--orphans", "--older-than", 36500], set()),
]


@pytest.mark.parametrize("rules, wanted", RULES)
def test_rules(acme, rules, wanted):
    assert ids(asked(acme, *rules)) == wanted


def test_traps_made_by_hand(acme):
    """What boto3 makes afterwards counts as well."""
    ec2, ssm = acme.client("ec2"), acme.client("ssm")
    ec2.create_launch_template(LaunchTemplateName="late", LaunchTemplateData={"ImageId": real("ami-go1")})
    ssm.put_parameter(Name="/acme/old", Value=real("ami-go2"), Type="String", DataType="text")
    ec2.enable_image_deregistration_protection(ImageId=real("ami-disks"))
    ec2.create_tags(Resources=[real("ami-twice1")], Tags=[{"Key": "tatami:keep", "Value": ""}])
    run = acme.run("cleanup", "--name", "acme-*", "--older-than", 30, "--json", "--state", acme.state).ended(0)
    stays = kept(run)
    assert ids(run) == GO - {"ami-go1", "ami-go2", "ami-disks", "ami-twice1"}
    assert (stays["ami-go1"], stays["ami-go2"]) == ("in-use", "in-use")
    assert (stays["ami-disks"], stays["ami-twice1"]) == ("protected", "keep")


def test_not_checked_is_not_unused(acme):
    acme.sim.faults({"action": "DescribeImageReferences", "region": HOME, "kind": "error",
                     "code": "UnauthorizedOperation", "status": 403, "count": 0})
    run = asked(acme, "--name", "acme-*", "--older-than", 30)
    assert ids(run) == {"ami-eu1", "ami-eu2"}
    assert {ami for ami, why in kept(run).items() if why == "unchecked"} == \
        {ami for ami in GO if "eu" not in ami} | {ami for ami, why in STAY.items() if why == "in-use"}


def test_other_accounts(make_site):
    """On request AWS is asked who else uses the AMIs; no report is left behind."""
    world = traps()
    world["instances"].append({"instanceId": "i-2", "region": HOME, "account": OTHER, "imageId": real("ami-go1")})
    world["imageUsage"] = [{"imageId": real("ami-go2"), "account": "333333333333", "resourceType": "ec2:LaunchTemplate",
                            "usageCount": 4}]
    site = make_site(world=world)
    rules = ["cleanup", "--name", "acme-1.?", "--older-than", 30, "--json", "--state", site.state]
    assert {"ami-go1", "ami-go2"} <= ids(site.run(*rules).ended(0))
    assert site.sim.mutations() == {}
    run = site.run(*rules, "--other-accounts").ended(0)
    assert ids(run) == GO - {"ami-go1", "ami-go2", "ami-eu2"}
    reasons = {nick(row["id"]): row["reason"] for row in run.events if row["event"] == "skip"}
    assert reasons["ami-go1"] == "in use: 1 other account" and reasons["ami-go2"] == "in use: 1 other account"
    assert set(site.sim.mutations()) == {"CreateImageUsageReport", "DeleteImageUsageReport"}
    assert site.sim.count("CreateImageUsageReport", done=True) == 7
    assert site.sim.count("DeleteImageUsageReport", done=True) == 7
    site.sim.faults({"action": "CreateImageUsageReport", "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    run = site.run(*rules, "--other-accounts").ended(0)
    assert ids(run) == set() and kept(run)["ami-go1"] == "unchecked"


def test_a_region_that_is_not_read(acme):
    acme.sim.faults({"action": "DescribeImages", "region": EU, "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    run = acme.run("cleanup", "--older-than", 30, "--json", "--state", acme.state).ended(1)
    assert [row["region"] for row in run.events if row["event"] == "unread"] == [EU]
    assert ids(run) == {ami for ami in GO if "eu" not in ami}
    asked(acme, "--older-than", 30, "--regions", HOME)


def test_without_a_rule_it_tells_what_there_is(acme):
    run = acme.run("cleanup", "--state", acme.state).ended(0)
    assert "acme-1.0 " in run.text and "orphan snapshots" in run.text
    assert acme.sim.mutations() == {}


def test_in_lines(acme):
    (acme.folder / "tatami.conf").write_text("[cleanup]\nprice-snapshot-gib-month = 0.05\n")
    run = acme.run("cleanup", "--name", "acme-*", "--older-than", 30, "--state", acme.state).ended(0)
    assert "8 AMIs of 6 releases, 10 snapshots in 2 regions, frees ≤10.0 GiB, ≤$0.50/month; 12 skipped" in run.text
    assert "PERMANENT in 1: eu-west-1" in run.text and "PUBLIC" not in run.text
    acme.client("ec2").modify_image_attribute(ImageId=real("ami-go1"), LaunchPermission={"Add": [{"Group": "all"}]})
    again = acme.run("cleanup", "--name", "acme-*", "--older-than", 30, "--state", acme.state).ended(0)
    assert "8 AMIs of 6 releases, 1 of them PUBLIC, " in again.text and "PUBLIC; older than 30 days" in again.text
    assert "in use: 1 template version" in run.text and "in use: 1 SSM parameter" in run.text
    assert "Nothing was changed" in run.text


SLIPS = [
    (["--plan", "x.json"], "nothing is chosen", 2),
    (["--yes"], "no plan to agree to", 2),
    (["--older-than", 0], "a number from 1", 2),
    (["--name", "*"], "would mean everything", 2),
    (["--staging"], "needs a bucket", 2),
    (["0123456789ab"], "is no rule", 2),
    (["--older-than", 5, "--regions", "us-esat-1"], "us-esat-1", 1),
    (["--apply", "nowhere.json", "--yes", "0" * 64], "cannot read the plan", 1),
    (["--restore", "--plan", "x"], "exclude each other", 2),
    (["--older-than", 5, "--price-snapshot-gib-month", "cheap"], "is a number such as", 2),
]


@pytest.mark.parametrize("words, said, status", SLIPS)
def test_slips(acme, words, said, status):
    run = acme.run("cleanup", *words, "--state", acme.state)
    assert said in run.text
    run.ended(status)
    assert acme.sim.mutations() == {}


def test_restore(acme):
    """What a cleanup took can be had back from the Recycle Bin, where a rule keeps it."""
    before = alive(acme)
    path = acme.folder / "plan.json"
    acme.run("cleanup", "--name", "acme-1.0", "--older-than", 30, "--regions", HOME, "--plan", path, "--state",
             acme.state).ended(0)
    plan = json.loads(path.read_text())
    acme.run("cleanup", "--apply", path, "--yes", plan["hash"], "--state", acme.state).ended(0)
    assert alive(acme) != before
    run = acme.run("cleanup", "--restore", "--json", "--state", acme.state).ended(0)
    assert ids(run) == {"ami-go1", "snap-go1"}
    acme.run("cleanup", "--restore", real("ami-go1"), "--state", acme.state).ended(4)
    acme.run("cleanup", "--restore", "ami-nobody", "--yes", "--state", acme.state).ended(1)
    elsewhere = acme.folder / "elsewhere"
    acme.run("cleanup", "--restore", real("ami-go1"), "--yes", "--state", elsewhere).ended(3)
    acme.run("cleanup", "--restore", real("ami-go1"), "--yes", "--state", acme.state).ended(0)
    assert alive(acme) == before


def test_a_binned_ami_keeps_its_snapshots(acme):
    """Somebody deregistered an AMI by hand: it rests in the Recycle Bin, and comes back only with its snapshots."""
    ec2 = acme.client("ec2")
    made = ec2.copy_image(Name="copied", SourceImageId=real("ami-go1"), SourceRegion=HOME)["ImageId"]
    acme.sim.clock(step=3600)
    until(lambda: ec2.describe_images(ImageIds=[made])["Images"][0]["State"] == "available")
    snapshot, = {device["Ebs"]["SnapshotId"]
                 for device in ec2.describe_images(ImageIds=[made])["Images"][0]["BlockDeviceMappings"]}
    ec2.deregister_image(ImageId=made)
    fast = {"TATAMI_CLOCK": "100000"}
    acme.sim.faults({"action": "DescribeRegions", "kind": "delay", "delay_ms": 1800, "count": 0})
    rules = ["cleanup", "--orphans", "--json", "--state", acme.state]
    run = acme.run(*rules, env=fast).ended(0)
    assert ids(run) == {"snap-orphan"} and kept(run)[snapshot] == "has-ami"
    acme.sim.faults({"action": "ListImagesInRecycleBin", "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    run = acme.run(*rules, env=fast).ended(0)
    assert ids(run) == set() and kept(run)[snapshot] == kept(run)["snap-orphan"] == "unread"


KEY_OF_STAGING = "tatami/acme/1.0/acme-1.0/root"


def staged(make_site):
    world = {"buckets": [{"name": BUCKET, "region": HOME, "objects": [
        {"key": KEY_OF_STAGING, "text": "staged"}, {"key": "other/file", "text": "not ours"}]}]}
    site = make_site(world=world, speed=1)
    site.client("s3").create_multipart_upload(Bucket=BUCKET, Key="tatami/acme/1.1/acme-1.1/root")
    (site.folder / "tatami.conf").write_text(f"[release acme]\nbucket = {BUCKET}\n")
    return site


def test_staging_that_is_young(make_site):
    site = staged(make_site)
    before = site.sim.mutations()
    run = site.run("cleanup", "--staging", "--json", "--state", site.state).ended(0)
    assert ids(run) == set() and set(kept(run).values()) == {"under-way"} and len(kept(run)) == 2
    assert site.sim.mutations() == before


def test_staging_that_is_old(make_site):
    """Two days go by for tatami while EC2 lets it wait."""
    site = staged(make_site)
    fast = {"TATAMI_CLOCK": "100000"}
    site.sim.faults({"action": "DescribeRegions", "kind": "delay", "delay_ms": 1800, "count": 0})
    path = site.folder / "plan.json"
    site.run("cleanup", "--staging", "--plan", path, "--state", site.state, env=fast).ended(0)
    plan = json.loads(path.read_text())
    assert [item["key"] for item in plan["items"]] == [KEY_OF_STAGING, "tatami/acme/1.1/acme-1.1/root"]
    site.run("cleanup", "--apply", path, "--yes", plan["hash"], "--state", site.state, env=fast).ended(0)
    assert [found["key"] for found in site.sim.objects()] == ["other/file"] and site.sim.uploads() == []


def test_half_done_it_says_so(acme):
    path = acme.folder / "plan.json"
    acme.run("cleanup", "--name", "acme-*", "--older-than", 30, "--plan", path, "--state", acme.state).ended(0)
    plan = json.loads(path.read_text())
    acme.sim.faults({"action": "DeregisterImage", "kind": "hang", "count": 0})
    run = acme.start("cleanup", "--apply", path, "--yes", plan["hash"], "--state", acme.state)
    until(lambda: acme.sim.fault_hits() > [0])
    run.kill()
    acme.sim.clear_faults()
    told = acme.run("cleanup", "--older-than", 30, "--state", acme.state)
    assert "to be done) is not finished" in told.text and "or forget it: rm " in told.text
    again, = [line.split("tatami cleanup ")[1].split() for line in told.errors if "finish it" in line]
    acme.run("cleanup", *again, "--state", acme.state).ended(0)
    assert alive(acme)[0].isdisjoint(GO)


def test_interrupted_while_it_looks(acme):
    acme.sim.faults({"action": "DescribeImages", "kind": "hang", "count": 0})
    run = acme.start("cleanup", "--older-than", 30, "--state", acme.state)
    until(lambda: acme.sim.fault_hits() > [0])
    run.send(signal.SIGINT)
    run.finish().ended(130)


def test_read_only(acme):
    path = acme.folder / "plan.json"
    acme.run("cleanup", "--older-than", 30, "--plan", path, "--read-only", "--state", acme.state).ended(0)
    plan = json.loads(path.read_text())
    acme.run("cleanup", "--apply", path, "--yes", plan["hash"], "--read-only", "--state", acme.state).ended(4)
    assert acme.sim.mutations() == {}


def test_rehearsal(acme):
    (acme.folder / "traps.json").write_text(json.dumps(traps()))
    run = acme.run("rehearse", "cleanup", "--world", acme.folder / "traps.json", "--name", "acme-*", "--older-than", 30,
                   "--json").ended(0)
    assert ids(run) == GO
    assert acme.sim.requests() == []
