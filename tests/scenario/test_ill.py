"""Illness of every kind, in every service: bounded by one retry budget a call and a limit on standing still, told
while it lasts, kept in its cell. That every call survives AWS's own errors, resets and cut answers, test_transient.py
shows."""

import re
import socket

import pytest
from release_tools import HOME, REGIONS
from test_direct import check_no_doubles as check_direct

BAD = "eu-west-1"
GOOD = [region for region in REGIONS if region != BAD]
# What no service is safe from, and what is said about it.
ILLS = {
    "throttled": ({"kind": "throttle"}, "limit exceeded"),
    "error inside": ({"kind": "error", "code": "InternalError", "status": 500}, "InternalError"),
    "unavailable": ({"kind": "error", "code": "Unavailable", "status": 503}, "Unavailable"),
    "a proxy's 502": ({"kind": "web-page", "status": 502}, "status 502"),
    "reset": ({"kind": "reset"}, "reset by peer|no data"),
    "cut off": ({"kind": "truncate"}, "transfer closed"),
    "malformed": ({"kind": "malformed"}, "cannot be read"),
    "empty": ({"kind": "empty"}, "cannot be read"),
    "web page": ({"kind": "web-page"}, "a web page came"),
    "forbidden by a proxy": ({"kind": "web-page", "status": 403}, "a web page came"),
    "redirect": ({"kind": "redirect"}, "a redirect to 127.0.0.1:9 came"),
    "moved": ({"kind": "redirect", "status": 307, "value": "https://elsewhere.example/"}, "a redirect to elsewhere"),
    "hang": ({"kind": "hang"}, "nothing has come for"),
    "trickle": ({"kind": "trickle"}, "trickled"),
}
SLOW = ["hang", "trickle"]  # each costs 5 s of the wall's
NOT_AWS = ["a proxy's 502", "malformed", "empty", "web page", "forbidden by a proxy", "redirect", "moved"]
ALL_STEPS = ("--public", "--deprecate-after", "30")
SERVICES = {  # what a release asks of each
    "sts": ["GetCallerIdentity"],
    "s3": ["HeadBucket", "PutObject", "GetObject", "HeadObject", "CreateMultipartUpload", "UploadPart",
           "CompleteMultipartUpload", "PutObjectTagging", "DeleteObject"],
    "ec2": ["DescribeRegions", "DescribeImages", "ImportSnapshot", "DescribeImportSnapshotTasks", "DescribeSnapshots",
            "CreateTags", "RegisterImage", "CopyImage", "EnableImageDeprecation", "ModifyImageAttribute"],
    "ebs": ["StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot"],
}


WAYS = {"import": ["sts", "s3", "ec2"], "direct": ["sts", "ebs"]}


def way_of(action):
    return "direct" if action in SERVICES["ebs"] else "import"


def check_whole(site, way="import"):
    if way == "direct":
        check_direct(site)
    else:
        site.check_no_doubles()
    site.check_public()


def test_once_each(for_each):
    """Every call of every service is once answered by noise, or by somebody else."""

    def check(site, case):
        name, way = case
        actions = [action for service in WAYS[way] for action in SERVICES[service]]
        site.sim.faults(*({"action": action, **ILLS[name][0]} for action in actions))
        site.release(*ALL_STEPS, way=way).ended(0)
        check_whole(site, way)
        hits = dict(zip(actions, site.sim.fault_hits()))
        assert [action for service in WAYS[way] for action in SERVICES[service][1:] if hits[action] == 0] == []

    for_each(check, [(name, way) for name in NOT_AWS for way in WAYS])


def test_slow_ones(for_each):
    """Neither silence nor bytes that trickle hold a release for ever."""

    def check(site, case):
        name, action = case
        site.sim.faults({"action": action, **ILLS[name][0]})
        site.release(*ALL_STEPS, "--stall", "300", way=way_of(action)).ended(0)
        check_whole(site, way_of(action))
        assert site.sim.fault_hits() == [1]

    actions = ["GetCallerIdentity", "RegisterImage", "CopyImage", "CreateMultipartUpload", "StartSnapshot"]
    for_each(check, [(name, action) for name in SLOW for action in actions], at_once=10)


def test_longer_than_a_call_tries(for_each):
    """What was carried out and answered with noise is looked up, not repeated."""

    def check(site, case):
        name, action = case
        region = BAD if action in ("CopyImage", "ModifyImageAttribute") else HOME
        site.sim.faults({"action": action, "region": region, "count": 5, **ILLS[name][0]})
        run = site.release(*ALL_STEPS, way=way_of(action)).ended(0)
        check_whole(site, way_of(action))
        # A second CompleteSnapshot is refused by a header, which no body spoils: that one is done.
        assert action == "CompleteSnapshot" or any(event.get("state") == "retrying" for event in run.events)

    actions = ["CreateMultipartUpload", "ImportSnapshot", "RegisterImage", "CopyImage", "ModifyImageAttribute",
               "StartSnapshot", "CompleteSnapshot"]
    for_each(check, [(name, action) for action in actions for name in ("malformed", "web page")])


def test_one_region_for_long(for_each):
    """Contained, told, bounded, and good again: the others stand, the sick one fails with the reason."""

    def check(site, name):
        fault, words = ILLS[name]
        site.sim.faults({"action": "*", "region": BAD, "nth": 2, "count": 0, **fault})
        run = site.release(*ALL_STEPS, "--stall", "5").ended(3)
        failure, = run.failures()
        told = [event for event in run.events if event.get("state") == "retrying" and event["region"] == BAD]
        assert told, "nothing is said while it lasts"
        said = [text.get("code", "") + " " + text["text"] for text in (failure, *told)]
        assert any(re.search(words, text) for text in said), said
        assert failure["region"] == BAD and "advice" in failure
        last = {event["region"]: event["state"] for event in run.events if event["event"] == "cell"}
        assert [last[region] for region in GOOD] == ["ready"] * len(GOOD)
        site.check_private()
        site.sim.clear_faults()
        site.resume().ended(0)
        check_whole(site)

    for_each(check, ILLS, at_once=7)


@pytest.mark.smoke
def test_budget_of_a_call(for_each):
    """Two attempts where two are asked for, one sentence, and nobody is followed anywhere."""

    def check(site, name):
        with socket.create_server(("127.0.0.1", 0)) as elsewhere:
            elsewhere.setblocking(False)
            fault = {**ILLS[name][0]}
            if fault["kind"] == "redirect":
                fault["value"] = "http://127.0.0.1:%d/" % elsewhere.getsockname()[1]
            site.sim.faults({"action": "GetCallerIdentity", "count": 0, **fault})
            run = site.run("whoami", env={"AWS_MAX_ATTEMPTS": "2"}).ended(1)
            assert site.sim.count("GetCallerIdentity") == 2
            assert len(run.errors) == 1 and run.lines == []
            with pytest.raises(BlockingIOError):
                elsewhere.accept()

    for_each(check, ILLS, at_once=6)
