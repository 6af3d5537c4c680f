"""A plan of a cleanup carried out: each row checked again, nothing orphaned, finished by a second run wherever the
first one died."""

import json
import signal

import pytest

from release_tools import HOME, until

REGIONS = [HOME, "eu-west-1"]
RELEASES = {"1.0": "2024-01-31", "2.0": "2025-01-31", "3.0": "2026-06-30"}


def ami(region, release, disk=""):
    return f"ami-{REGIONS.index(region)}{release.replace('.', '')}{disk}".ljust(21, "0")


def snap(region, release, disk="a"):
    return f"snap-{REGIONS.index(region)}{release.replace('.', '')}{disk}".ljust(22, "0")


def world(**more):
    """Three releases in two regions, the first with two disks; the newest must stay."""
    images, snapshots = [], []
    for region in REGIONS:
        for release, day in RELEASES.items():
            disks = "ab" if release == "1.0" else "a"
            devices = [{"deviceName": f"/dev/xvd{disk}", "snapshotId": snap(region, release, disk)} for disk in disks]
            images.append({"imageId": ami(region, release), "region": region, "name": f"acme/{release}-x86_64-linux",
                           "architecture": "x86_64", "creationDate": f"{day}T12:00:00.000Z",
                           "tags": {"tatami:release": f"acme/{release}"}, "blockDeviceMapping": devices})
            snapshots += [{"snapshotId": snap(region, release, disk), "region": region, "volumeSize": 1,
                           "startTime": f"{day}T11:00:00.000Z"} for disk in disks]
    return {"images": images, "snapshots": snapshots, **more}


def planned(site, *rules):
    """The plan's path, and the plan."""
    path = site.folder / "plan.json"
    site.run("cleanup", *(rules or ("--older-than", 365)), "--regions", ",".join(REGIONS), "--plan", path,
             "--state", site.state).ended(0)
    return path, json.loads(path.read_text())


def started(site, path, plan, *more, **options):
    return site.start("cleanup", "--apply", path, "--yes", plan["hash"], "--state", site.state, "--json", *more,
                      **options)


def applied(site, path, plan, *more):
    return started(site, path, plan, *more).finish()


def alive(site):
    state = site.sim.state()
    return ({image["imageId"] for image in state["images"] if image["imageState"] != "deregistered"},
            {snapshot["snapshotId"] for snapshot in state["snapshots"]})


def everything(*releases):
    amis = {ami(region, release) for region in REGIONS for release in releases}
    snapshots = {snap(region, release, disk) for region in REGIONS for release in releases
                 for disk in ("ab" if release == "1.0" else "a")}
    return amis, snapshots


@pytest.fixture
def acme(make_site):
    return make_site(world=world())


@pytest.mark.smoke
def test_whole(acme):
    path, plan = planned(acme)
    assert acme.sim.mutations() == {}
    run = applied(acme, path, plan).ended(0)
    assert alive(acme) == everything("3.0")
    result = run.result
    assert result["done"] == 4 and result["snapshots_deleted"] == 6 and result["failed"] == 0
    assert sorted(item["id"] for item in result["items"]) == sorted(everything("1.0", "2.0")[0])


def test_again_is_nothing_more(acme):
    path, plan = planned(acme)
    applied(acme, path, plan).ended(0)
    before = acme.sim.count("DeregisterImage")
    applied(acme, path, plan).ended(0)
    assert acme.sim.count("DeregisterImage") == before


@pytest.mark.parametrize("yes, status", [((), 4), (("--yes",), 2), (("--yes", "0" * 64), 4)])
def test_without_its_hash_a_plan_is_refused(acme, yes, status):
    path, _ = planned(acme)
    acme.run("cleanup", "--apply", path, *yes, "--state", acme.state).ended(status)
    assert acme.sim.mutations() == {}


def test_a_changed_plan_is_refused(acme):
    path, plan = planned(acme)
    path.write_text(path.read_text().replace(ami(HOME, "2.0"), ami(HOME, "3.0")))
    assert applied(acme, path, plan).status in (1, 2, 4)
    assert acme.sim.mutations() == {}


def test_another_account_is_refused(make_site):
    theirs = {"accounts": [{"id": "210987654321", "keys": [{"id": "AKIATHEIRS", "secret": "their-secret"}]}]}
    site = make_site(world=world(**theirs))
    path, plan = planned(site)
    started(site, path, plan, env={"AWS_ACCESS_KEY_ID": "AKIATHEIRS", "AWS_SECRET_ACCESS_KEY": "their-secret"}
            ).finish().ended(4)
    assert site.sim.mutations() == {}


def drift_launch(site):
    site.client("ec2").run_instances(ImageId=ami(HOME, "2.0"), MinCount=1, MaxCount=1, InstanceType="t3.small")


def drift_template(site):
    site.client("ec2").create_launch_template(LaunchTemplateName="t", LaunchTemplateData={"ImageId": ami(HOME, "2.0")})


def drift_keep(site):
    site.client("ec2").create_tags(Resources=[ami(HOME, "2.0")], Tags=[{"Key": "tatami:keep", "Value": "yes"}])


def drift_gone(site):
    site.client("ec2").deregister_image(ImageId=ami(HOME, "2.0"))
    site.sim.clock(step=3600)


def drift_protected(site):
    site.client("ec2").enable_image_deregistration_protection(ImageId=ami(HOME, "2.0"))


def drift_shared(site):
    site.client("ec2").register_image(
        Name="other", Architecture="x86_64", RootDeviceName="/dev/xvda", VirtualizationType="hvm",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snap(HOME, "2.0")}}])


def drift_public(site):
    site.client("ec2").modify_image_attribute(ImageId=ami(HOME, "2.0"), LaunchPermission={"Add": [{"Group": "all"}]})


@pytest.mark.parametrize("drift", [drift_launch, drift_template, drift_keep, drift_gone, drift_protected, drift_shared,
                                   drift_public])
def test_drift_stops_before_the_row(acme, drift):
    path, plan = planned(acme)
    drift(acme)
    before = acme.sim.mutations()
    run = applied(acme, path, plan)
    assert run.status in (3, 4)
    amis, snapshots = alive(acme)
    if drift is not drift_gone:
        assert ami(HOME, "2.0") in amis
    assert snap(HOME, "2.0") in snapshots
    assert {ami(region, "3.0") for region in REGIONS} <= amis
    assert any(item["state"] == "drifted" and item["id"] == ami(HOME, "2.0") for item in run.result["items"])
    if run.status == 4:
        assert acme.sim.mutations() == before


def test_a_region_fails_for_itself(acme):
    path, plan = planned(acme)
    acme.sim.faults({"action": "DeregisterImage", "region": "eu-west-1", "kind": "error",
                     "code": "UnauthorizedOperation", "status": 403, "count": 0})
    run = applied(acme, path, plan).ended(3)
    amis, _ = alive(acme)
    assert {ami(HOME, "1.0"), ami(HOME, "2.0")}.isdisjoint(amis)
    assert {ami("eu-west-1", "1.0"), ami("eu-west-1", "2.0")} <= amis
    failed, = [item for item in run.result["items"] if item["state"] == "failed"]
    assert failed["code"] == "UnauthorizedOperation" and failed["request_id"]
    acme.sim.clear_faults()
    applied(acme, path, plan).ended(0)
    assert alive(acme) == everything("3.0")


def test_two_runs_at_once(acme):
    path, plan = planned(acme)
    acme.sim.faults({"action": "DeregisterImage", "kind": "hang", "count": 0})
    first = started(acme, path, plan)
    until(lambda: acme.sim.fault_hits() > [0])
    applied(acme, path, plan).ended(4)
    first.kill()
    acme.sim.clear_faults()
    applied(acme, path, plan).ended(0)


KILLS = [(action, kind, nth) for action in ("DeregisterImage", "DeleteSnapshot", "DescribeImages")
         for kind in ("hang", "delay") for nth in (1, 2, 3, 5)]


def test_killed_at_every_step(for_each):
    def check(site, case):
        action, kind, nth = case
        path, plan = planned(site)
        site.sim.faults({"action": action, "kind": kind, "delay_ms": 400, "nth": nth})
        run = started(site, path, plan)
        until(lambda: site.sim.fault_hits() > [0] or run.process.poll() is not None)
        run.kill()
        if kind == "delay" and action != "DescribeImages":
            until(lambda: site.sim.count(action, done=True) > 0)
        site.sim.clear_faults()
        applied(site, path, plan).ended(0)
        assert alive(site) == everything("3.0")

    for_each(check, KILLS, world=world())


def test_interrupted_it_finishes_the_row(acme):
    """SIGINT: what is half done is finished or found again; the rest is left, and a second run does it."""
    path, plan = planned(acme)
    acme.sim.faults({"action": "DeregisterImage", "kind": "delay", "delay_ms": 500, "count": 0})
    run = started(acme, path, plan)
    until(lambda: acme.sim.fault_hits() > [0])
    run.send(signal.SIGINT)
    run.finish().ended(130)
    acme.sim.clear_faults()
    applied(acme, path, plan).ended(0)
    assert alive(acme) == everything("3.0")


def test_ladder(acme):
    """Private, then disabled, then deregistered: each step only after the one before it."""
    ec2 = acme.client("ec2")
    ec2.modify_image_attribute(ImageId=ami(HOME, "1.0"), LaunchPermission={"Add": [{"Group": "all"}]})
    path, plan = planned(acme, "--older-than", 365, "--step", "private")
    applied(acme, path, plan).ended(0)
    assert {image["imageId"] for image in acme.sim.state()["images"] if image["launchPermission"]} == set()
    path, plan = planned(acme, "--older-than", 365, "--step", "disable", "--step-days", 0)
    applied(acme, path, plan).ended(0)
    disabled = {image["imageId"] for image in acme.sim.state()["images"] if image["imageState"] == "disabled"}
    assert disabled == everything("1.0", "2.0")[0]
    path, plan = planned(acme, "--older-than", 365, "--step", "deregister", "--step-days", 0)
    applied(acme, path, plan).ended(0)
    assert alive(acme) == everything("3.0")


def test_a_shared_snapshot_goes_with_its_last_user(make_site):
    """Two AMIs of the plan share one; a third, which stays, shares another."""
    shared = world()
    by_id = {image["imageId"]: image for image in shared["images"]}
    by_id[ami(HOME, "2.0")]["blockDeviceMapping"].append(
        {"deviceName": "/dev/xvdc", "snapshotId": snap(HOME, "1.0", "a")})
    by_id[ami(HOME, "3.0")]["blockDeviceMapping"].append(
        {"deviceName": "/dev/xvdc", "snapshotId": snap(HOME, "1.0", "b")})
    site = make_site(world=shared)
    path, plan = planned(site)
    run = applied(site, path, plan).ended(0)
    _, snapshots = alive(site)
    assert snap(HOME, "1.0", "a") not in snapshots and snap(HOME, "1.0", "b") in snapshots
    assert run.result["snapshots_kept"] == 1
