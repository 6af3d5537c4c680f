"""A release is taken back from the tatami that carries it out on this machine: that one stops, nothing is done twice."""

import pytest
from release_tools import HOME

STAGES = [{"event": "disk", "state": state} for state in ("checking", "uploading", "importing", "tagging")] + [
    {"event": "cell", "region": region, "state": state}
    for region in (HOME, "eu-west-1") for state in ("creating", "pending", "settling", "publishing")]


def attach(site, *more):
    return site.start("attach", "acme/1", "--state", site.state, "--json", *more)


def test_in_each_stage(for_each):
    def check(site, stage):
        run = site.start_release("--public", "--deprecate-after", "30")
        assert run.wait_for_event(**stage) is not None
        new = attach(site).finish().ended(0)
        # One that was nearly done may have come to its end.
        assert run.finish().status == (130 if new.lines else 0), run.text
        site.check_no_doubles()
        site.check_public()

    for_each(check, STAGES)


@pytest.mark.smoke
def test_from_hand_to_hand(site):
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    runs = [site.start_release("--public", "--stall", "6000")]
    assert runs[0].wait_for_event(event="disk", state="importing")
    for _ in range(3):
        runs.append(attach(site))
        runs[-2].finish().ended(130)
        assert "resume" in runs[-2].result["text"]
        assert runs[-1].wait_for_event(event="release", state="running")
    site.sim.clear_faults()
    runs[-1].finish().ended(0)
    site.check_no_doubles()


def test_resume_does_not_call_anybody_back(site):
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    run = site.start_release("--stall", "6000")
    assert run.wait_for_event(event="disk", state="importing")
    assert "another tatami works on this release" in site.resume().ended(4).text
    site.sim.clear_faults()
    run.finish().ended(0)


def test_nobody_holds_it(site):
    run = site.start_release()
    assert run.wait_for_event(event="disk", state="importing")
    run.kill()
    attach(site).finish().ended(0)
    site.check_no_doubles()
    assert "Nothing to resume" in attach(site).finish().ended(0).text
    site.run("attach", "acme/2", "--state", site.state).ended(2)
