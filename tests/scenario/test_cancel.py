"""An unfinished release is taken back: nothing of it stays at AWS, whatever it had made and wherever it died."""

import re

import pytest

from release_tools import BUCKET, HOME, REGIONS, until

COPY = "eu-west-1"
STAGES = [
    *({"event": "disk", "state": state} for state in (
        "opening", "uploading", "completing", "marking", "asking", "importing", "tagging", "ready", "cleaning")),
    *({"event": "cell", "state": state, "region": region} for region in (HOME, COPY)
      for state in ("creating", "pending", "verifying", "ready")),
]
MUTATIONS = ["CreateMultipartUpload", "CompleteMultipartUpload", "ImportSnapshot", "CreateTags", "RegisterImage",
             "CopyImage"]


def cancel(site, *more):
    return site.run("cancel", "acme/1", "--state", site.state, "--json", "--yes", *more)


def check_nothing(site):
    state = site.sim.state()
    assert [i["imageId"] for i in state["images"] if i["imageState"] != "deregistered"] == []
    assert state["snapshots"] == []
    assert [t for t in state["importTasks"] if t["status"] in ("active", "pending")] == []
    assert site.sim.uploads() == [] and site.sim.objects() == []


def test_in_each_stage(for_each):
    def check(site, stage):
        site.sim.faults({"action": "ModifyImageAttribute", "kind": "hang", "count": 0})
        run = site.start_release("--public")
        assert run.wait_for_event(**stage) is not None
        run.kill()
        cancel(site).ended(0)
        check_nothing(site)
        assert site.resume().text.startswith("Nothing to resume")

    for_each(check, STAGES)


@pytest.mark.parametrize("kind", ["hang", "delay"])
def test_between_request_and_answer(for_each, kind):
    def check(site, action):
        site.sim.faults({"action": action, "kind": kind, "delay_ms": 300, "count": 0})
        run = site.start_release()
        until(lambda: site.sim.fault_hits() > [0])
        run.kill()
        if kind == "delay":
            until(lambda: site.sim.count(action, done=True) > 0)
        site.sim.clear_faults()
        cancel(site).ended(0)
        check_nothing(site)

    for_each(check, MUTATIONS)


@pytest.mark.smoke
def test_killed_halfway_it_finishes_next_time(site):
    run = site.start_release()
    assert run.wait_for_event(event="cell", state="pending", region=COPY)
    run.kill()
    site.sim.faults({"action": "DeleteSnapshot", "kind": "hang", "count": 0})
    half = site.start("cancel", "acme/1", "--state", site.state, "--json", "--yes")
    until(lambda: site.sim.fault_hits() > [0])
    half.kill()
    site.sim.clear_faults()
    site.resume().ended(4)
    cancel(site).ended(0)
    check_nothing(site)


def test_what_is_public_stays_until_it_is_named(site):
    site.sim.faults({"action": "ModifyImageAttribute", "kind": "error", "code": "UnauthorizedOperation", "status": 403,
                     "region": COPY, "count": 0})
    site.release("--public").ended(3)
    cancel(site).ended(3)
    left = {image["region"] for image in site.sim.images(imageState="available")}
    assert left == set(REGIONS) - {COPY}
    cancel(site, "--also-public").ended(0)
    check_nothing(site)


def test_nothing_goes_unasked(site):
    run = site.start_release()
    assert run.wait_for_event(event="cell", state="pending", region=COPY)
    run.kill()
    before = site.sim.mutations()
    assert re.search(r"nobody is here to say that (1 resource|\d+ resources) shall go",
                     site.run("cancel", "acme/1", "--state", site.state).ended(4).text)
    site.run("cancel", "acme/1", "--state", site.state, "--yes", "--read-only").ended(4)
    site.run("cancel", "acme/2", "--state", site.state, "--yes").ended(2)
    assert site.sim.mutations() == before
    site.resume().ended(0)


def test_a_running_release_is_not_cancelled(site):
    site.sim.faults({"action": "CopyImage", "kind": "hang", "count": 0})
    run = site.start_release()
    until(lambda: site.sim.fault_hits() > [0])
    renewal = {"PutObject": 0}  # of its lease
    before = {**site.sim.mutations(), **renewal}
    cancel(site).ended(4)
    assert {**site.sim.mutations(), **renewal} == before
    run.kill()


def test_what_others_have_stays(site):
    """Other people's resources, and another release's, are never in the list."""
    site.release(name="acme/0").ended(0)
    others = site.sim.state()
    site.client("s3").put_object(Bucket=BUCKET, Key="tatami/acme!2F10/x/root", Body=b"theirs")
    run = site.start_release("--label", "2.0")
    assert run.wait_for_event(event="cell", state="pending", region=COPY)
    run.kill()
    cancel(site).ended(0)
    state = site.sim.state()
    assert {i["imageId"] for i in state["images"] if i["imageState"] == "available"} == \
        {i["imageId"] for i in others["images"]}
    assert {s["snapshotId"] for s in state["snapshots"]} == {s["snapshotId"] for s in others["snapshots"]}
    assert [found["key"] for found in site.sim.objects()] == ["tatami/acme!2F10/x/root"]


def test_what_another_machine_has_finished_stays(site):
    """The journal here knows nothing of it: the plan that is gone from the bucket does."""
    run = site.start_release()
    assert run.wait_for_event(event="cell", state="pending", region=COPY)
    run.kill()
    site.run("resume", "acme/1", "--bucket", BUCKET, "--take-over", "--yes", "--state", site.folder / "elsewhere",
             "--json").ended(0)
    before = site.sim.mutations()
    cancel(site).ended(4)
    assert {action: count for action, count in site.sim.mutations().items() if action != "PutObject"} == \
        {action: count for action, count in before.items() if action != "PutObject"}
    assert len(site.sim.images(imageState="available")) == len(REGIONS)


def test_what_was_taken_back_stays_private(site):
    """`unpublish` of a release that is not finished: whoever goes on with it keeps to it."""
    site.sim.faults({"action": "CopyImage", "region": COPY, "kind": "throttle", "count": 0})
    run = site.start_release("--public", "--publish-when", "each", "--stall", "6000")
    assert run.wait_for_event(event="cell", state="public", region=HOME)
    run.kill()
    site.run("unpublish", "acme/1", "--yes", "--state", site.state, "--regions", HOME).ended(0)
    site.sim.clear_faults()
    site.resume().ended(0)
    public = {image["region"] for image in site.sim.images() if {"group": "all"} in image["launchPermission"]}
    assert HOME not in public and COPY in public


def test_what_the_release_has_protected(site):
    site.sim.faults({"action": "CopyImage", "region": COPY, "kind": "throttle", "count": 0})
    run = site.start_release("--protect", "--stall", "6000")
    assert run.wait_for_event(event="cell", state="ready", region="ap-south-1")
    run.kill()
    cancel(site).ended(0)
    check_nothing(site)
