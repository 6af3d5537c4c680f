"""A release that died goes on from another machine, which has neither its journal nor, where that is not needed, its
image: the same resources as if nothing had happened, and nothing twice."""

import json
import signal
import sqlite3
import time

import pytest

from release_tools import BUCKET, HOME, REGIONS, until
from test_kill import ALL_STEPS, MUTATIONS, STAGES

COPY = "eu-west-1"
PLAN, LEASE = "tatami/acme!2F1/=plan.json", "tatami/acme!2F1/=lease.json"
# From here on AWS has all that is needed.
AFTER_THE_UPLOAD = [
    *({"event": "disk", "state": state} for state in ("importing", "tagging", "ready", "cleaning", "done")),
    *({"event": "cell", "state": state, "region": region} for region in (HOME, COPY)
      for state in ("creating", "pending", "verifying", "settling", "checking", "ready", "publishing", "public")),
]


def elsewhere(site, *more, machine="elsewhere", start=False):
    """`tatami resume` on a machine that knows nothing but the name and the bucket."""
    words = ("resume", "acme/1", "--bucket", BUCKET, "--state", site.folder / machine, "--json", *more)
    return site.start(*words) if start else site.run(*words)


def take_over(site, **more):
    return elsewhere(site, "--take-over", "--yes", **more)


def check_finished(site):
    site.check_no_doubles()
    site.check_public()
    for snapshot in site.sim.state()["snapshots"]:
        assert snapshot["createVolumePermission"] == [{"group": "all"}]
        assert snapshot["tags"]["tatami:release"] == "acme/1"
    assert len({ami["deprecationTime"] for ami in site.sim.images()}) == 1
    for ami in site.sim.images():
        assert ami["deregistrationProtection"].startswith("enabled")
        assert {"userId": "210987654321"} in ami["launchPermission"]


def go_on_elsewhere(site):
    """Goes on; what died before its plan was in the bucket, or after the end, is not there to go on with."""
    there = {found["key"] for found in site.sim.objects()}
    run = take_over(site)
    if PLAN in there:
        run.ended(0)
    else:
        run.ended(2)
        assert "--bucket" in run.text or "in the bucket" in run.text
        if site.sim.count("RegisterImage") == 0:
            site.resume()
            if site.sim.count("RegisterImage") == 0:
                site.release(*ALL_STEPS).ended(0)
    check_finished(site)


@pytest.mark.parametrize("stages", [STAGES[:11], STAGES[11:]])
def test_in_each_stage(for_each, stages):
    def check(site, stage):
        run = site.start_release(*ALL_STEPS)
        assert run.wait_for_event(**stage) is not None
        run.kill()
        go_on_elsewhere(site)

    for_each(check, stages)


def test_without_the_image(for_each):
    def check(site, stage):
        run = site.start_release(*ALL_STEPS)
        assert run.wait_for_event(**stage) is not None
        run.kill()
        (site.folder / "a.raw").unlink()
        go_on_elsewhere(site)

    for_each(check, AFTER_THE_UPLOAD)


def test_bytes_that_are_still_needed(site):
    site.sim.faults({"action": "UploadPart", "kind": "hang", "count": 0})
    run = site.start_release(*ALL_STEPS)
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    (site.folder / "a.raw").rename(site.folder / "b.raw")
    run = take_over(site)
    run.ended(3)
    assert "a.raw are still needed" in run.text
    (site.folder / "b.raw").rename(site.folder / "a.raw")
    elsewhere(site).ended(0)
    check_finished(site)


@pytest.mark.parametrize("kind", ["hang", "delay"])
def test_between_request_and_answer(for_each, kind):
    """A request that AWS never saw (hang), and one that it carried out though nobody was there to hear (delay)."""

    def check(site, action):
        site.sim.faults({"action": action, "kind": kind, "delay_ms": 300, "count": 0})
        run = site.start_release(*ALL_STEPS)
        until(lambda: site.sim.fault_hits() > [0])
        run.kill()
        if kind == "delay":
            until(lambda: site.sim.count(action, done=True) > 0)
        site.sim.clear_faults()
        go_on_elsewhere(site)

    for_each(check, MUTATIONS)


@pytest.mark.smoke
def test_two_images_and_disks(site):
    boot, root, other = site.image("boot", 2), site.image("root", 12, seed=2), site.image("other", 3, seed=3)
    paths = [f"{boot}+{root},arch=x86_64,boot-mode=uefi", f"{other},arch=arm64"]
    run = site.start_release("--public", paths=paths)
    assert run.wait_for_event(event="cell", region=COPY, state="pending")
    run.kill()
    take_over(site).ended(0)
    site.check_no_doubles(images=2, disks=3)
    site.check_public(images=2)


def test_stopped_cleanly_it_is_free_to_take(site):
    """The lease is given back, the plan stays; also when it goes from machine to machine and back."""
    run = site.start_release(*ALL_STEPS)
    assert run.wait_for_event(event="disk", state="importing")
    run.send(signal.SIGINT)
    run.finish().ended(130)
    keys = {found["key"] for found in site.sim.objects()}
    assert PLAN in keys and LEASE not in keys
    run = elsewhere(site, start=True)
    assert run.wait_for_event(event="cell", region=COPY, state="pending")
    run.send(signal.SIGTERM)
    run.finish().ended(130)
    # The first machine's journal knows of no AMI at all.
    site.resume().ended(0)
    check_finished(site)
    assert elsewhere(site).ended(0).text.count("copying") == 0


def test_a_new_attempt_of_another_machine_is_found(site):
    """The first machine's journal knows the first attempt only."""
    site.sim.faults({"action": "CopyImage", "region": COPY, "kind": "fails", "nth": 1})
    run = site.start_release("--public")
    assert run.wait_for_event(event="error", region=COPY)
    run.finish().ended(3)
    elsewhere(site).ended(0)
    run = site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def change(site, key, value):
    """What a person's key at the console leaves in the journal."""
    with sqlite3.connect(site.state / "journal.db") as journal:
        journal.execute("INSERT INTO fact (release, key, value, by, at) SELECT id, ?, ?, 'a test', ? FROM release",
                        (key, value, int(time.time())))


def test_what_a_person_changed_holds_elsewhere(site):
    """Private there, left out there: also for whoever goes on with it on another machine, and back again."""
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="importing")
    run.kill()
    change(site, f"wish/0/{COPY}", "private")
    change(site, f"left/0/{REGIONS[2]}", "yes")
    run = site.start("resume", "--state", site.state, "--json")
    assert run.wait_for_event(event="cell", region=HOME, state="creating")
    run.send(signal.SIGINT)
    run.finish().ended(130)
    elsewhere(site).ended(0)
    site.check_no_doubles(regions=[HOME, COPY])
    site.check_public([HOME])


def test_a_finished_release_is_not_begun_again(site):
    site.release("--public").ended(0)
    before = site.sim.mutations()
    elsewhere(site).ended(2)
    site.resume("acme/1", "--bucket", BUCKET).ended(0)
    assert site.sim.mutations() == before


def test_what_to_give(site):
    run = site.run("resume", "acme/1", "--state", site.state).ended(2)
    assert "--bucket" in run.text
    run = elsewhere(site).ended(2)
    assert "in the bucket" in run.text
    run = site.run("resume", "acme/1", "--bucket", "no-such-bucket", "--state", site.state).ended(1)
    assert "no-such-bucket" in run.text


def test_the_configuration_names_the_bucket(site):
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="importing")
    run.send(signal.SIGINT)
    run.finish().ended(130)
    (site.folder / "tatami.conf").write_text(f"[release acme]\nbucket = {BUCKET}\n")
    site.run("resume", "acme/1", "--state", site.folder / "elsewhere", "--json").ended(0)
    site.check_no_doubles()


def test_a_plan_that_is_none(site):
    s3 = site.client("s3")
    s3.put_object(Bucket=BUCKET, Key=PLAN, Body=b"{}")
    elsewhere(site).ended(1)
    s3.put_object(Bucket=BUCKET, Key=PLAN, Body=b"\x00 no JSON")
    elsewhere(site).ended(1)
    other = {"release": "acme/2", "bucket": BUCKET, "id": "00"}
    s3.put_object(Bucket=BUCKET, Key=PLAN, Body=json.dumps(other).encode())
    elsewhere(site).ended(1)
    assert site.sim.images() == []
