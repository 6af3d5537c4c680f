"""A home AMI that fails is made anew, and what was copied from it too, by the same resume: nothing twice, nothing left
over, and every copy is one of the home AMI that there is."""

import signal

import pytest

from release_tools import HOME, REGIONS, until

AWAY, SLOW = "eu-west-1", "ap-south-1"
HOLDS_THE_WAVE = {"action": "CopyImage", "region": SLOW, "kind": "throttle", "count": 0}
PATIENT = "--stall", "600"  # the slow region shall not end the release


def check_finished(site):
    amis = site.check_no_doubles()
    site.check_public()
    home, = [ami for ami in amis if ami["region"] == HOME]
    assert home["tags"]["tatami:attempt"] == "2"
    assert {ami["sourceImageId"] for ami in amis if ami["region"] != HOME} == {home["imageId"]}


def take_home_away(site):
    """Somebody deregisters the home AMI."""
    home, = site.sim.images(region=HOME)
    site.client("ec2", HOME).deregister_image(ImageId=home["imageId"])


def failed_at_home(site):
    """A release that ended with a verified copy of a home AMI that is there no longer."""
    site.sim.faults(HOLDS_THE_WAVE)
    run = site.start_release("--public", "--deprecate-after", "30", *PATIENT)
    assert run.wait_for_event(event="cell", region=AWAY, state="ready")
    take_home_away(site)
    assert run.wait_for_event(event="error", region=HOME)
    site.sim.clear_faults()
    run.finish().ended(3)
    site.check_private()


@pytest.mark.smoke
def test_one_resume(site):
    failed_at_home(site)
    copy, = site.sim.images(region=AWAY)
    site.resume().ended(0)
    check_finished(site)
    assert copy["imageId"] not in {ami["imageId"] for ami in site.sim.images(imageState="available")}


# Where a resume that makes all anew may be killed: region and state.
MOMENTS = [(HOME, "creating"), (HOME, "pending"), (HOME, "ready"), (AWAY, "waiting"), (AWAY, "creating"),
           (AWAY, "pending"), (AWAY, "verifying"), (AWAY, "ready"), (AWAY, "publishing")]


def test_killed_on_the_way(for_each):
    def check(site, moment):
        region, state = moment
        failed_at_home(site)
        run = site.start("resume", "--state", site.state, "--json")
        until(lambda: site.sim.count("DeregisterImage", HOME, done=True))
        assert run.wait_for(lambda line: f'"{region}"' in line and f'"{state}"' in line) is not None
        run.kill()
        site.resume().ended(0)
        check_finished(site)

    for_each(check, MOMENTS)


def fail_while_copying(site, kind):
    """A release that stops while its copy is asked for, to no answer, and the home AMI is gone."""
    site.sim.faults(HOLDS_THE_WAVE, {"action": "CopyImage", "region": AWAY, "kind": kind, "count": 0})
    run = site.start_release("--public", *PATIENT)
    until(lambda: site.sim.count("CopyImage", AWAY))
    take_home_away(site)
    assert run.wait_for_event(event="error", region=HOME)
    run.send(signal.SIGINT)
    run.finish().ended(130)
    site.sim.clear_faults()


def test_copy_whose_answer_was_lost(site):
    """It exists, and nobody here knows its id: it is found, and makes way."""
    fail_while_copying(site, "reset-after")
    assert len(site.sim.images(region=AWAY)) == 1
    site.resume().ended(0)
    check_finished(site)


def test_copy_that_never_was(site):
    """EC2 did not see the request while its source was there."""
    fail_while_copying(site, "reset")
    assert site.sim.images(region=AWAY) == []
    site.resume().ended(0)
    check_finished(site)


def test_copies_that_are_public_stay(site):
    """Somebody may use them: only what is still private is made anew."""
    full = {"action": "ModifyImageAttribute", "region": HOME, "kind": "error", "code": "ResourceLimitExceeded",
            "message": "You have reached your quota of public images", "status": 400, "count": 0}
    site.sim.faults(full)
    site.release("--public").ended(3)
    public = [region for region in REGIONS if region != HOME]
    site.check_public(public)
    copies = {ami["imageId"] for ami in site.sim.images() if ami["region"] != HOME}
    home, = site.sim.images(region=HOME)
    site.sim.clear_faults()
    site.client("ec2", HOME).deregister_image(ImageId=home["imageId"])
    run = site.resume()
    site.check_public(public if run.status else REGIONS)
    assert copies == {ami["imageId"] for ami in site.sim.images() if ami["region"] != HOME}
