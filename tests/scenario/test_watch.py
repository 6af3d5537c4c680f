"""`tatami watch` without a terminal: what anybody does in the account, seen from a machine that does nothing."""

import json
import signal

import pytest
from release_tools import BUCKET, HOME, REGIONS, until

WEST, SOUTH = "eu-west-1", "ap-south-1"
MINUTE_S = 60


class Watch:
    """A watch on another machine: it has a state folder of its own."""

    def __init__(self, site, *more, state="other", regions=REGIONS, as_json=True):
        self.site = site
        self.run = site.start("watch", "--state", site.folder / state, "--interval", MINUTE_S, "--bucket", BUCKET,
                              "--regions", ",".join(regions), *["--json" if as_json else "--no-ui"], *more)

    def event(self, **wanted):
        """The first event with these fields; text may be a part."""
        text = wanted.pop("text", "")

        def is_wanted(line):
            event = json.loads(line)
            return wanted.items() <= event.items() and text in event.get("text", "")

        line = self.run.wait_for(is_wanted)
        assert line is not None, self.run.text
        return json.loads(line)

    def answered(self):
        """Waits until it has read every region."""
        self.run.wait_for(lambda line: "regions answer" in line)
        return self

    def stop(self):
        self.run.send(signal.SIGINT)
        return self.run.finish().ended(130)


@pytest.fixture
def watch(site):
    return lambda *more, **options: Watch(site, *more, **options)


def mutations(site):
    return [row["action"] for row in site.sim.requests() if row["mutating"]]


@pytest.mark.smoke
def test_a_release_of_another_machine(site, watch):
    """From its upload to its end, by tags alone; nothing is changed by looking."""
    seen = watch().answered()
    release = site.release("--public").ended(0)
    name = release.result["manifest"]["release"]
    assert mutations(site)
    before = len(mutations(site))
    started = seen.event(event="disk", state="IMPT")
    assert started["release"] == name and started["task"].startswith("import-snap-") and started["region"] == HOME
    seen.event(event="disk", state="DONE", text="completed: snap-")
    for region in REGIONS:
        seen.event(event="cell", state="PUBL", region=region, release=name)
    seen.event(event="release", release=name, text="ended after", state="PUBL")
    assert any(event["text"].endswith("3 of 3 regions public") for event in seen.stop().events[:-1]
               if event.get("release") == name and event["event"] == "release")
    assert seen.run.events[-1]["exit_status"] == 130
    assert len(mutations(site)) == before
    first = next(event for event in seen.run.events if event["event"] == "release" and "by tatami " in event["text"])
    assert first["regions"] == 3 and first["done"] == 0


def test_two_see_the_same(site, watch):
    """This machine's journal adds whose it is, and no more."""
    mine, other = watch(state="state").answered(), watch().answered()
    site.release("--public").ended(0)
    for seen in (mine, other):
        seen.event(event="release", state="PUBL", text="ended after")
        seen.stop()

    def story(seen):
        return [(e["region"], e["state"], e["ami"]) for e in seen.run.events if "ami" in e and e["state"] == "PUBL"]

    assert sorted(story(mine)) == sorted(story(other)), other.run.text
    assert len(story(mine)) == len(REGIONS)
    by = [{event["by"] for event in seen.run.events if "by" in event} for seen in (mine, other)]
    assert by[0] == {"you"} and "you" not in by[1]


def test_follow(site, watch):
    """Ends when the release has ended, with its status."""
    run = site.start_release("--public")
    run.wait_for_event(state="importing")
    seen = watch("--follow", "acme/1")
    run.finish().ended(0)
    seen.run.finish().ended(0)
    assert seen.run.events[-1]["text"] == "acme/1: 3 of 3 regions public."
    watch("--follow", "acme/1").run.finish().ended(0)


def test_follow_what_is_complete(site, watch):
    """It ends at once, with one look at each region; a private release waits for no wave."""
    site.release().ended(0)
    before = site.sim.count("DescribeImages", WEST)
    seen = watch("--follow", "acme/1")
    seen.run.finish().ended(0)
    assert site.sim.count("DescribeImages", WEST) == before + 1, seen.run.text
    assert seen.run.events[-1]["text"] == "acme/1: 3 of 3 regions there."
    assert not [event for event in seen.run.events if "ended after" in event.get("text", "")]


def test_counts_are_whole(site, watch):
    """A release is counted when all regions have answered, however late one does."""
    site.release("--public").ended(0)
    site.sim.faults({"action": "DescribeImages", "region": WEST, "kind": "hang", "count": 1})
    seen = watch("--follow", "acme/1")
    seen.run.finish().ended(0)
    counts = [(event["done"], event["regions"]) for event in seen.run.events if event["event"] == "release"]
    assert counts == [(3, 3)], seen.run.text


def test_an_eventual_list(site, watch):
    """EC2's lists miss what is there, now and then; nothing is called deleted that nobody deletes."""
    seen = watch().answered()
    site.release("--public", paths=site.two()).ended(0)
    seen.event(event="release", text="ended after", state="PUBL")
    seen.stop()
    gone = [event for event in seen.run.events if event.get("text", "").endswith(("deleted", "deregistered"))]
    assert not gone, gone


def test_follow_a_failure(site, watch):
    """One region's copy fails: the first failure is an error, and the end is no success."""
    site.sim.faults({"action": "CopyImage", "region": WEST, "kind": "fails", "value": "Client.InternalError: no room",
                     "count": 0})
    run = site.start_release("--public")
    run.wait_for_event(state="importing")
    seen = watch("--follow", "acme/1")
    run.finish().ended(3)
    failure = seen.event(event="error", region=WEST)
    assert failure["state"] == "FAIL" and "no room" in failure["text"]
    seen.run.finish().ended(3)
    assert "1 failed" in seen.run.events[-1]["text"]


def test_follow_nothing(watch):
    seen = watch("--follow", "acme/9")
    seen.run.finish().ended(1)
    assert "has anything of acme/9" in seen.run.errors[-1]


def test_lines(site, watch):
    """For people: one line a change, without JSON."""
    seen = watch(as_json=False).answered()
    site.release().ended(0)
    seen.run.wait_for(lambda line: "IMPT" in line and "import started" in line)
    seen.run.wait_for(lambda line: SOUTH in line and "PRIV" in line and "available" in line)
    seen.stop()
    assert seen.run.lines[-1] == "Interrupted; nothing was changed."


TROUBLE = {
    "denied": ({"kind": "error", "code": "UnauthorizedOperation", "status": 403}, "UnauthorizedOperation"),
    "not enabled": ({"kind": "error", "code": "AuthFailure", "status": 401}, "AuthFailure"),
    "down": ({"kind": "error", "code": "InternalError", "status": 500}, "InternalError"),
    "torn": ({"kind": "reset"}, ""),
    "cut": ({"kind": "truncate"}, ""),
}


def test_a_broken_region(for_each):
    for_each(check_a_broken_region, TROUBLE)


def check_a_broken_region(site, name):
    """It is told once, holds up nobody, and is told when it answers again."""
    fault, code = TROUBLE[name]
    site.sim.faults({"action": "*", "region": WEST, "count": 0, **fault})
    seen = Watch(site)
    trouble = seen.event(event="error", region=WEST)
    assert trouble["state"] == "RTRY" and trouble["text"].startswith("cannot be read: ")
    assert trouble.get("code", "") == code
    until(lambda: site.sim.count("DescribeSnapshots", SOUTH, done=True) >= 3)
    site.release(regions=[HOME, SOUTH]).ended(0)
    seen.event(event="cell", region=SOUTH, state="PRIV", text="available")
    site.sim.clear_faults()
    seen.event(event="region", region=WEST, text="answers again")
    seen.stop()
    told = [event for event in seen.run.events if event.get("region") == WEST and event["event"] == "error"]
    assert len(told) == 1, told


def test_a_hung_region(site, watch):
    """It holds itself alone, and the end comes at once."""
    site.sim.faults({"action": "*", "region": WEST, "kind": "hang", "count": 0})
    seen = watch()
    site.release(regions=[HOME, SOUTH]).ended(0)
    seen.event(event="cell", region=SOUTH, state="PRIV", text="available")
    seen.stop()


def test_throttled(site, watch):
    """Asked less often, and it says so; the others keep their pace."""
    site.sim.faults({"action": "*", "region": WEST, "kind": "throttle", "count": 0})
    seen = watch()
    seen.event(event="error", region=WEST, text="throttles: asked less often")
    before = {region: site.sim.count("DescribeImages", region) for region in (WEST, SOUTH)}
    until(lambda: site.sim.count("DescribeImages", SOUTH) >= before[SOUTH] + 16)
    attempts = 3
    assert site.sim.count("DescribeImages", WEST) - before[WEST] <= attempts * 16 / 4
    site.sim.clear_faults()
    seen.event(event="region", region=WEST, text="as often as before")
    seen.stop()


def test_polls(site, watch):
    """One Describe of each kind a look, however much is there."""
    seen = watch().answered()
    until(lambda: site.sim.count("DescribeImages", SOUTH, done=True) >= 10)
    seen.stop()
    for region in REGIONS:
        counts = [site.sim.count(action, region)
                  for action in ("DescribeImages", "DescribeSnapshots", "DescribeImportSnapshotTasks")]
        assert max(counts) - min(counts) <= 1, (region, counts)


def test_uploads_of_others(site, watch):
    """An upload that is not tatami's shows where its bucket is named."""
    seen = watch().answered()
    s3 = site.client("s3")
    where = {"Bucket": BUCKET, "Key": "theirs/disk.raw"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=bytes(5 << 20))
    began = seen.event(event="disk", state="UPLD", upload=upload)
    assert began["region"] == HOME and "theirs/disk.raw" in began["text"]
    looks = site.sim.count("ListParts")
    until(lambda: site.sim.count("ListParts") >= looks + 2)
    s3.abort_multipart_upload(**where, UploadId=upload)
    assert "1 parts, 5 MiB" in seen.event(event="disk", state="SKIP", upload=upload)["text"]
    seen.stop()


def test_direct_upload_of_others(site, watch):
    """EBS direct shows by its pending snapshot, and by the tags that it carries."""
    seen = watch().answered()
    tags = {"tatami:release": "acme/5", "tatami:id": "77aa", "tatami:image": "acme/5-x86_64-linux"}
    ebs = site.client("ebs")
    snapshot = ebs.start_snapshot(VolumeSize=1, Tags=[{"Key": k, "Value": v} for k, v in tags.items()])["SnapshotId"]
    began = seen.event(event="disk", snapshot=snapshot, state="UPLD")
    assert began["release"] == "acme/5" and began["text"] == "snapshot started"
    assert seen.event(event="release", release="acme/5")["by"] == "tatami 77aa"
    ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=0)
    seen.event(event="disk", snapshot=snapshot, state="DONE", text="snapshot completed")
    site.client("ec2").delete_snapshot(SnapshotId=snapshot)
    seen.event(event="disk", snapshot=snapshot, text="snapshot deleted")
    seen.stop()


def test_what_is_taken_away(site, watch):
    """A deregistered AMI and one that is private again are changes, too."""
    site.release("--public").ended(0)
    seen = watch().answered()
    image = site.sim.images(region=WEST)[0]["imageId"]
    ec2 = site.client("ec2", WEST)
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Remove": [{"Group": "all"}]})
    seen.event(event="cell", ami=image, state="PRIV", text="private again")
    ec2.deregister_image(ImageId=image)
    seen.event(event="cell", ami=image, state="SKIP", text="deregistered")
    seen.stop()


def test_every_page(make_site):
    """Pages of one row, some of them empty or short."""
    site = make_site(world={"pages": [{"rows": 1, "short": True}]})
    site.release("--public", paths=site.two()).ended(0)
    seen = Watch(site, "--follow", "acme/1")
    seen.run.finish().ended(0)
    assert seen.run.events[-1]["text"] == "acme/1: 3 of 3 regions public."


def test_ami_of_another_tool(site, watch):
    """Without tatami's tags: by its name."""
    site.release().ended(0)
    seen = watch().answered()
    source = site.sim.images(region=HOME)[0]["imageId"]
    site.client("ec2", WEST).copy_image(Name="theirs/7-x86_64-linux", SourceImageId=source, SourceRegion=HOME)
    flight = seen.event(event="release", release="theirs/7")
    assert flight["by"] == "? (no tatami tags)" and flight["regions"] == 1
    seen.event(event="cell", region=WEST, image="theirs/7-x86_64-linux", state="PRIV")
    seen.event(event="release", release="theirs/7", text="1 of 1 regions there")
    seen.stop()


def test_rehearsal(site):
    """`rehearse watch` looks at the world that it was given."""
    world = site.folder / "given.json"
    world.write_text(json.dumps({"images": [{"imageId": "ami-0a1b2c3d4e5f60718", "region": HOME,
                                             "name": "old/1-x86_64-linux", "launchPermission": [{"group": "all"}]}]}))
    run = site.run("rehearse", "watch", "--world", world, "--follow", "old/1", "--json").ended(0)
    assert run.events[-1]["text"] == "old/1: 1 of 1 regions public."


def test_refuses_to_change(site):
    """An interval of nothing and a name are slips."""
    site.run("watch", "--interval", "0").ended(2)
    site.run("watch", "acme/1").ended(2)
