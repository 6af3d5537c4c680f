"""What passes by itself is waited out: the release ends well, with nothing twice."""

import pytest
from release_tools import HOME, REGIONS

ALL_STEPS = ("--public", "--public-snapshots", "--deprecate-after", "30", "--protect", "--share", "210987654321")
READS = ["GetCallerIdentity", "ListAccountAliases", "DescribeRegions", "HeadBucket", "HeadObject", "GetObjectTagging",
         "DescribeImages", "DescribeSnapshots", "DescribeImportSnapshotTasks", "DescribeImageAttribute",
         "DescribeSnapshotAttribute"]
MUTATIONS = ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObjectTagging", "ImportSnapshot",
             "CreateTags", "RegisterImage", "CopyImage", "EnableImageDeprecation",
             "EnableImageDeregistrationProtection", "ModifyImageAttribute", "ModifySnapshotAttribute", "DeleteObject"]
KINDS = {
    "throttle": {"kind": "throttle"},
    "internal error": {"kind": "error", "code": "InternalError", "status": 500},
    "unavailable": {"kind": "error", "code": "Unavailable", "status": 503},
    "reset": {"kind": "reset"},
    "done, then reset": {"kind": "reset-after"},
    "cut answer": {"kind": "truncate"},
    "late": {"kind": "delay", "delay_ms": 40},
}


def check_whole(site):
    site.release(*ALL_STEPS).ended(0)
    site.check_no_doubles()
    site.check_public()


@pytest.mark.smoke
def test_every_call_fails_once(for_each):
    def check(site, name):
        site.sim.faults(*({"action": action, **KINDS[name]} for action in READS + MUTATIONS))
        check_whole(site)
        hits = dict(zip(READS + MUTATIONS, site.sim.fault_hits()))
        assert [action for action in MUTATIONS if hits[action] != 1] == []

    for_each(check, KINDS)


def test_mutations_fail_longer_than_a_call_tries(for_each):
    """Five times in a row: the call gives up, the engine does not."""

    def check(site, case):
        action, name = case
        site.sim.faults({"action": action, "count": 5, **KINDS[name]})
        check_whole(site)
        assert site.sim.fault_hits()[0] >= (1 if KINDS[name]["kind"] == "reset-after" else 5)

    actions = "ImportSnapshot", "RegisterImage", "CopyImage", "ModifyImageAttribute"
    for_each(check, [(action, name) for action in actions for name in ("internal error", "done, then reset")])


def test_complete_answers_200_and_an_error(site):
    """CompleteMultipartUpload may say 200 first and then that it failed."""
    site.sim.faults({"action": "CompleteMultipartUpload", "kind": "complete-error", "count": 2})
    check_whole(site)
    assert site.sim.fault_hits() == [2]


def test_reads_fail_for_a_while(site):
    """Polls that fail do not fail what they watch."""
    site.sim.faults({"action": "DescribeImages", "region": "eu-west-1", "kind": "throttle", "nth": 4, "count": 20},
                    {"action": "DescribeImportSnapshotTasks", "kind": "reset", "nth": 2, "count": 12})
    check_whole(site)
    assert site.sim.fault_hits() == [20, 12]


def test_limit_on_copies_in_progress(site):
    """A limit on work in progress frees by itself."""
    site.sim.faults({"action": "CopyImage", "region": "eu-west-1", "kind": "error", "code": "ResourceLimitExceeded",
                     "status": 400, "count": 3})
    check_whole(site)
    assert site.sim.count("CopyImage", "eu-west-1") == 4


def test_hanging_region_holds_only_its_own(site):
    """Its request is given up after 5 s of the wall's time, which are 83 minutes here; the others do not wait."""
    site.sim.faults({"action": "CopyImage", "region": "eu-west-1", "kind": "hang"})
    run = site.start_release("--public", "--stall", "300")
    for region in REGIONS:
        if region != "eu-west-1":
            assert run.wait_for_event(event="cell", region=region, state="ready")
    assert site.sim.images(region="eu-west-1") == []
    run.finish().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_a_stage_that_stands_still(site):
    """--stall: without a terminal nobody waits for ever."""
    site.sim.faults({"action": "DescribeImages", "region": "eu-west-1", "kind": "throttle", "nth": 4, "count": 0})
    run = site.release("--public", "--stall", "3").ended(3)
    failure, = run.failures()
    assert failure["region"] == "eu-west-1" and "has not moved for" in failure["text"]
    site.check_private()
    site.sim.clear_faults()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()
    assert site.sim.count("RegisterImage", HOME) == 1
