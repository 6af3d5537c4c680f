"""Killed at any moment, a release goes on with `resume`: nothing twice, nothing left over, all public."""

import random

import pytest

from release_tools import REGIONS, until

# Every step that a release can have, so that each stands between two kills.
ALL_STEPS = ("--public", "--public-snapshots", "--deprecate-after", "30", "--protect", "--share", "210987654321")
COPY = "eu-west-1"
STAGES = [
    *({"event": "disk", "state": state} for state in (
        "checking", "opening", "uploading", "completing", "marking", "asking", "importing", "tagging", "ready",
        "cleaning", "done")),
    *({"event": "cell", "state": state, "region": region} for region in (REGIONS[0], COPY) for state in (
        "creating", "pending", "verifying", "settling", "checking", "ready", "publishing", "confirming", "public")),
    *({"event": "release", "state": state} for state in ("planned", "leasing", "running", "publishing", "closing")),
]
MUTATIONS = [
    "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObjectTagging", "ImportSnapshot",
    "CreateTags", "RegisterImage", "CopyImage", "EnableImageDeprecation", "EnableImageDeregistrationProtection",
    "ModifyImageAttribute", "ModifySnapshotAttribute", "DeleteObject",
]


def go_on(site):
    """Resumes; a release that died before it was accepted is begun again."""
    run = site.resume()
    if run.status == 0 and any(line.startswith("Nothing to resume") for line in [*run.lines, *run.errors]):
        return run if site.sim.count("RegisterImage") > 0 else site.release(*ALL_STEPS)
    return run


def check_finished(site):
    run = go_on(site)
    run.ended(0)
    site.check_no_doubles()
    site.check_public()
    for snapshot in site.sim.state()["snapshots"]:
        assert snapshot["createVolumePermission"] == [{"group": "all"}]
        assert snapshot["tags"]["tatami:release"] == "acme/1"
    # Nobody's date moves because a release took a break.
    assert len({ami["deprecationTime"] for ami in site.sim.images()}) == 1
    for ami in site.sim.images():
        assert ami["deregistrationProtection"].startswith("enabled")
        assert {"userId": "210987654321"} in ami["launchPermission"]


def test_in_each_stage(for_each):
    def check(site, stage):
        run = site.start_release(*ALL_STEPS)
        assert run.wait_for_event(**stage) is not None
        run.kill()
        check_finished(site)

    for_each(check, STAGES)


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
        check_finished(site)
        if kind == "delay" and action in ("RegisterImage", "ImportSnapshot", "CreateMultipartUpload"):
            assert site.sim.count(action) == 1

    for_each(check, MUTATIONS)


def requests_of(site):
    return sum(row["count"] for row in site.sim.requests())


def kill_at(site, run, count):
    """Kills it once the simulator has seen so many requests; False when it ended before."""
    until(lambda: requests_of(site) >= count or run.process.poll() is not None)
    run.kill()
    return run.status < 0


@pytest.mark.smoke
def test_at_random_moments(for_each):
    moments = random.Random(20261123)

    def check(site, count):
        kill_at(site, site.start_release(*ALL_STEPS), count)
        check_finished(site)

    for_each(check, [moments.randrange(5, 220) for _ in range(20)])


def test_images_and_disks_at_random_moments(for_each):
    """Two images, one of two disks, whose uploads, imports and copies run side by side."""
    moments = random.Random(34)

    def check(site, count):
        boot, root, other = site.image("boot", 2), site.image("root", 12, seed=2), site.image("other", 3, seed=3)
        paths = [f"{boot}+{root},arch=x86_64,boot-mode=uefi", f"{other},arch=arm64"]
        kill_at(site, site.start_release("--public", paths=paths), count)
        run = site.resume().ended(0)
        if run.lines[0].startswith("Nothing to resume") and site.sim.count("RegisterImage") == 0:
            site.release("--public", paths=paths).ended(0)
        site.check_no_doubles(images=2, disks=3)
        site.check_public(images=2)

    for_each(check, [moments.randrange(15, 240) for _ in range(10)])


def test_again_and_again(for_each):
    """Killed, resumed and killed once more, until it gets through."""

    def check(site, seed):
        moments = random.Random(seed)
        run = site.start_release(*ALL_STEPS)
        while kill_at(site, run, requests_of(site) + moments.randrange(8, 60)):
            run = site.start("resume", "--state", site.state, "--json")
            run.wait_for(lambda line: True)
            if run.lines and run.lines[0].startswith("Nothing to resume"):
                run = site.start_release(*ALL_STEPS)
        check_finished(site)

    for_each(check, range(4))
