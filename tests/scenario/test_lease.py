"""Who carries out a release: one at a time, also of two machines, and a person may take it over."""

import json
import os
import signal

import pytest

from release_tools import BUCKET, HOME, REGIONS, until
from test_elsewhere import LEASE, PLAN, elsewhere, take_over

HELD_BY = ("is held by", os.uname().nodename.split(".")[0], "since", "last heard of", "--take-over")


def keys(site):
    return {found["key"] for found in site.sim.objects()}


def rival(site, *more, start=False):
    """The same release begun on another machine, from the same file."""
    words = site.arguments(paths=[f"{site.folder / 'a.raw'},arch=x86_64,boot-mode=uefi"])
    words[words.index(site.state)] = site.folder / "rival"
    return site.start(*words, *more) if start else site.run(*words, *more)


def test_two_begin_at_once(for_each):
    """One wins, the other says who has it, and nothing is doubled."""

    def check(site, _):
        runs = [site.start_release("--public"), rival(site, "--public", start=True)]
        statuses = [run.finish().status for run in runs]
        assert sorted(statuses) == [0, 4], [run.text[-600:] for run in runs]
        site.check_no_doubles()
        site.check_public()
        loser = runs[statuses.index(4)]
        assert any(words in loser.text for words in ("is held by", "is taken in", "is begun in")), loser.text

    for_each(check, range(8))


@pytest.mark.smoke
def test_who_comes_second_is_told(site):
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    first = site.start_release("--public", "--stall", "6000")
    assert first.wait_for_event(event="disk", state="importing")
    second = elsewhere(site).ended(4)
    for words in HELD_BY:
        assert words in second.text, (words, second.text)
    # Nothing of it stays: there is nothing to resume there.
    assert "held" not in site.run("resume", "--state", site.folder / "elsewhere").ended(0).text
    refused = elsewhere(site, "--take-over").ended(4)
    assert "--yes" in refused.text
    site.sim.clear_faults()
    first.finish().ended(0)
    site.check_no_doubles()
    assert keys(site) == set()


def test_another_release_of_that_name(site):
    """Stopped on one machine, begun anew on another: that would double it."""
    first = site.start_release("--public")
    assert first.wait_for_event(event="disk", state="importing")
    first.send(signal.SIGINT)
    first.finish().ended(130)
    second = rival(site).ended(4)
    assert "tatami resume acme/1" in second.text
    assert keys(site) >= {PLAN} and LEASE not in keys(site)
    site.resume().ended(0)
    site.check_no_doubles()


STAGES = [{"event": "disk", "state": state} for state in ("uploading", "importing", "tagging")] + [
    {"event": "cell", "region": region, "state": state}
    for region in (HOME, "eu-west-1") for state in ("creating", "pending", "settling")]


def test_taken_over(for_each):
    """The old holder stops by itself, and is resumable; nothing is doubled."""

    def check(site, stage):
        site.sim.faults({"action": "CopyImage", "region": REGIONS[2], "kind": "throttle", "count": 0})
        old = site.start_release("--public", "--stall", "6000")
        assert old.wait_for_event(**stage) is not None
        new = take_over(site, start=True)
        old.finish().ended(130)
        assert "is held by" in old.result["text"]
        site.sim.clear_faults()
        new.finish().ended(0)
        site.check_no_doubles()
        site.check_public()
        # The old one finds nothing left to do.
        before = site.sim.count("CopyImage"), site.sim.count("RegisterImage"), site.sim.count("ImportSnapshot")
        site.resume().ended(0)
        assert before == (site.sim.count("CopyImage"), site.sim.count("RegisterImage"),
                          site.sim.count("ImportSnapshot"))
        site.check_no_doubles()

    for_each(check, STAGES)


def test_its_own_dead_process_is_no_stranger(for_each):
    """Also when it died while it took the lease, with and without the answer."""

    def check(site, kind):
        site.sim.faults({"action": "PutObject", "kind": kind, "delay_ms": 300, "count": 0})
        for _ in range(3):
            site.sim.clear_faults()
            site.sim.faults({"action": "PutObject", "kind": kind, "delay_ms": 300, "count": 0})
            run = site.start_release() if site.runs == [] else site.start(
                "resume", "--state", site.state, "--json")
            until(lambda: site.sim.fault_hits() > [0])
            run.kill()
            if kind == "delay":
                until(lambda: site.sim.count("PutObject", done=True) > 0)
        site.sim.clear_faults()
        site.resume().ended(0)
        site.check_no_doubles()

    for_each(check, ["hang", "delay"])


@pytest.mark.parametrize("kind", ["reset", "reset-after", "truncate", "error"])
def test_answers_of_its_own_calls_are_lost(for_each, kind):
    def check(site, action):
        site.sim.faults({"action": action, "kind": kind, "code": "InternalError", "status": 500, "nth": 1},
                        {"action": action, "kind": kind, "code": "InternalError", "status": 500, "nth": 3})
        site.release("--public").ended(0)
        site.check_no_doubles()
        site.check_public()

    for_each(check, ["PutObject", "GetObject", "DeleteObject"])


def test_deleted_in_mid_release(site):
    """Nobody knows who did it: it stops, and goes on when asked."""
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    run = site.start_release("--public", "--stall", "6000")
    assert run.wait_for_event(event="disk", state="importing")
    site.client("s3").delete_object(Bucket=BUCKET, Key=LEASE)
    run.finish().ended(130)
    assert "is gone from" in run.result["text"]
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    assert keys(site) == set()


def test_renewed_while_it_works(site):
    """Whoever looks knows that the holder is alive."""
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    run = site.start_release("--public", "--stall", "6000")
    assert run.wait_for_event(event="disk", state="importing")

    def holder():
        return json.load(site.client("s3").get_object(Bucket=BUCKET, Key=LEASE)["Body"])

    first = holder()
    assert first["pid"] == run.process.pid and first["release"] == "acme/1"
    until(lambda: holder()["renewed"] != first["renewed"])
    assert holder()["nonce"] == first["nonce"] and holder()["since"] == first["since"]
    site.sim.clear_faults()
    run.finish().ended(0)


def test_an_outage_of_the_bucket_loses_nothing(site):
    """A renewal that fails is tried again; who holds it goes on."""
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    run = site.start_release("--public", "--stall", "6000")
    assert run.wait_for_event(event="disk", state="importing")
    site.sim.faults({"action": "PutObject", "kind": "error", "code": "ServiceUnavailable", "status": 503, "count": 0})
    until(lambda: site.sim.fault_hits()[-1] > 12)
    site.sim.clear_faults()
    run.finish().ended(0)
    site.check_no_doubles()


def test_the_bucket_takes_no_lease(site):
    site.sim.faults({"action": "PutObject", "kind": "error", "code": "AccessDenied", "status": 403, "count": 0})
    run = site.release("--public").ended(1)
    assert "AccessDenied" in run.text
    assert site.sim.count("CreateMultipartUpload") == 0
    site.sim.clear_faults()
    site.release("--public").ended(0)


def test_given_back_where_it_cannot_finish(site):
    """A failed region ends the program: another machine may go on, and needs no leave."""
    site.sim.faults({"action": "CopyImage", "region": REGIONS[2], "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    site.release("--public").ended(3)
    assert PLAN in keys(site) and LEASE not in keys(site)
    site.sim.clear_faults()
    elsewhere(site).ended(0)
    site.check_no_doubles()
    site.check_public()


def test_what_another_machine_carries_out_is_not_cancelled(site):
    first = site.start_release("--public")
    assert first.wait_for_event(event="disk", state="importing")
    first.send(signal.SIGINT)
    first.finish().ended(130)
    site.sim.faults({"action": "CopyImage", "kind": "throttle", "count": 0})
    other = site.start("resume", "acme/1", "--bucket", BUCKET, "--state", site.folder / "elsewhere", "--json")
    assert other.wait_for_event(event="release", state="running")
    run = site.run("cancel", "acme/1", "--state", site.state, "--json", "--yes").ended(4)
    assert "is held by" in run.text
    site.sim.clear_faults()
    other.finish().ended(0)
    site.check_no_doubles()
    site.check_public()
