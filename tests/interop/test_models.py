"""botocore's models against both: every request that tatami sends and every answer that the simulator gives, member by
member."""

import collections
import os
import pathlib
import pickle
import re
import subprocess
import sys

import pytest

from model_check import check
from recorder import Recorder
from release_tools import Site

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Scenarios that between them ask all that tatami can ask.
SCENARIOS = [
    "test_whole.py::test_tags_and_attributes", "test_upload.py::test_half_sent", "test_upload.py::test_object_is_there",
    "test_cancel.py::test_killed_halfway_it_finishes_next_time", "test_cleanup_plan.py::test_other_accounts",
    "test_cleanup_plan.py::test_restore", "test_cleanup_run.py::test_whole", "test_cleanup_run.py::test_ladder",
    "test_direct.py::test_tags", "test_direct.py::test_base", "test_elsewhere.py::test_what_to_give",
    "test_signin.py::test_a_role_of_a_source_profile", "test_signin.py::test_web_identity",
    "test_signin.py::test_an_sso_token_is_renewed", "test_watch.py::test_uploads_of_others"]

# Rows of aws/actions.c that no verb asks yet, or (protection) only in a release whose AMI turns wrong after it was ready.
UNASKED = {"DisableImageDeregistrationProtection", "GetRule", "GetSnapshotBlock", "ListChangedBlocks", "ListSnapshotBlocks"}
# Answers of machines and containers, which no model has.
MACHINE = {"GetMetadataToken", "GetMetadata", "GetPlacement", "GetContainerCredentials"}
# There are no bucket policies, and the answer is always that there is none.
ERRORS = {"GetBucketPolicyStatus"}


def actions_of(pattern, *files):
    """The names of actions in rows of C."""
    texts = [path.read_text() for file in files for path in sorted(ROOT.glob(file))]
    return sorted({name for text in texts for name in re.findall(pattern, text)})


ASKED = actions_of(r'(?:\b[A-Z0-9]+\(|\.name = )"(\w+)"', "aws/actions.c")
ANSWERED = [name for name in actions_of(r'\.name = "([A-Z]\w+)"', "aws/sim/*.c") if name not in MACHINE]


def by_action(exchanges):
    """{action: what was checked of it}"""
    found = collections.defaultdict(list)
    for checked in filter(None, map(check, exchanges)):
        found[checked.operation.name].append(checked)
    return found


def asked_in_cancel(folder):
    """What a release asks that is cancelled while its disk is imported."""
    site = Site(folder, speed=200)
    recorder = Recorder(site.sim.url)
    site.env["AWS_ENDPOINT_URL"] = recorder.url
    try:
        run = site.start_release()
        assert run.wait_for_event(event="disk", state="importing")
        run.kill()
        site.run("cancel", "acme/1", "--state", site.state, "--json", "--yes").ended(0)
    finally:
        recorder.stop()
        site.stop()
    return recorder.exchanges


@pytest.fixture(scope="session")
def asked(tmp_path_factory):
    """What tatami asked in the scenarios, and what none of the short ones of them asks."""
    more = asked_in_cancel(tmp_path_factory.mktemp("cancel"))
    path = tmp_path_factory.mktemp("record") / "exchanges"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "recording",
               *(f"tests/scenario/{name}" for name in SCENARIOS)]
    environment = {**os.environ, "TATAMI_RECORD": str(path), "PYTHONPATH": str(pathlib.Path(__file__).parent)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert path.exists(), done.stdout[-4000:]
    return by_action(pickle.loads(path.read_bytes()) + more)


@pytest.fixture(scope="session")
def answered(everything):
    """What boto3 asked by hand."""
    return by_action(everything.recorder.exchanges)


def complaints(rows, half):
    """Each different complaint once, with how often it came."""
    found = collections.Counter(re.sub(r"\d+", "N", text) for row in rows for text in getattr(row, half))
    return [f"{count} times: {text}" for text, count in found.most_common()]


@pytest.mark.parametrize("action", [name for name in ASKED if name not in UNASKED])
def test_what_tatami_asks(asked, action):
    rows = asked.get(action, [])
    assert any(row.ok for row in rows), "no scenario asks it"
    assert complaints(rows, "asked") == []
    assert complaints(rows, "told") == []


@pytest.mark.parametrize("action", ANSWERED)
def test_what_the_simulator_answers(answered, asked, action):
    rows = answered.get(action, []) + asked.get(action, [])
    assert any(row.ok != (action in ERRORS) for row in rows), "nobody asks it"
    assert complaints(rows, "told") == []


def test_nothing_else_was_asked(asked):
    """The table of actions is whole."""
    assert {action for action, rows in asked.items() for row in rows
            if "boto" not in row.exchange.headers.get("user-agent", "").lower()} - set(ASKED) == set()


def test_a_mistake_is_found(asked):
    """The check itself: each of these spoils a request or an answer that was right."""
    row = next(row for row in asked["CopyImage"] if row.ok)
    image = next(row for row in asked["DescribeImages"] if row.ok and b"<imageId>" in row.exchange.answer)
    for exchange, half, old, new in [
            (row.exchange, "body", b"SourceImageId=", b"SourceImage="),
            (row.exchange, "body", b"SourceRegion=", b"SourceRegion.1="),
            (row.exchange, "body", b"TagSpecification.1.", b"TagSpecification.2."),
            (row.exchange, "body", b"Name=", b"X="),
            (row.exchange, "answer", b"imageId", b"imageID"),
            (image.exchange, "answer", b"<isPublic>", b"<isPublic>x"),
            (image.exchange, "answer", b"<imageState>", b"<imageState>un"),
            (image.exchange, "answer", b"<item><imageId>", b"<member/><item><imageId>")]:
        spoiled = type(exchange)(**vars(exchange))
        setattr(spoiled, half, getattr(spoiled, half).replace(old, new))
        assert getattr(spoiled, half) != getattr(exchange, half), old
        found = check(spoiled)
        assert found.asked if half == "body" else found.told, (old, new)
