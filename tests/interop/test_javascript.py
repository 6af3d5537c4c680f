"""The AWS SDK for JavaScript as a client of the simulator: a whole release and its cleanup by hand, with its newest
models."""

import json
import pathlib
import shutil
import subprocess

import pytest

from model_check import check
from recorder import Recorder
from release_tools import Sim, environment

HERE = pathlib.Path(__file__).resolve().parent
INSTALLED = HERE.parents[1] / "build" / "interop"


@pytest.fixture(scope="module")
def told():
    """{step: [what the SDK read]}, its exchanges, and the simulator's state behind them."""
    sim = Sim("--speed", 2000, "--seed", 6)
    recorder = Recorder(sim.url)
    script = shutil.copy(HERE / "release.mjs", INSTALLED)  # modules are looked for beside it
    quiet = environment(AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED="true")  # about Node's age, not about answers
    done = subprocess.run([INSTALLED / "node" / "node", script, recorder.url], env=quiet, capture_output=True, text=True,
                          timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    steps = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        steps.setdefault(row["step"], []).append(row["told"])
    steps["warnings"], steps["exchanges"], steps["state"] = done.stderr, recorder.exchanges, sim.state()
    yield steps
    recorder.stop()
    sim.stop()


def test_without_a_warning(told):
    assert told["warnings"] == ""


def test_who(told):
    assert told["identity"][0]["Account"] == "123456789012"
    assert told["quota"][0]["Value"] > 0 and told["regions"][0] >= 34


def test_the_disk(told):
    assert told["parts"] == [2] and told["object"] == told["sha256"] and told["keys"] == [["disk.raw"]]
    assert told["import"][0]["Status"] == "completed" and told["import"][0]["DiskImageSize"] == 6 << 20


def test_the_images(told):
    images = {row["imageId"]: row for row in told["state"]["images"]}
    assert len(told["image"]) == 2
    for row in told["image"]:
        assert images[row["ImageId"]]["name"] == row["Name"] == "javascript"
        assert (row["State"], row["Architecture"], row["BootMode"], row["ImdsSupport"], row["EnaSupport"]) == (
            "available", "arm64", "uefi", "v2.0", True)
        device, = row["BlockDeviceMappings"]
        assert device["DeviceName"] == "/dev/xvda" and device["Ebs"]["SnapshotId"].startswith("snap-")


def test_publishing(told):
    assert told["blocked"] == ["block-new-sharing"] and told["unblocked"] == ["unblocked"]
    assert told["snapshots blocked"] == ["block-all-sharing"] and told["snapshots unblocked"] == ["unblocked"]
    assert told["permissions"] == [[{"Group": "all"}]]


def test_what_uses_it(told):
    assert told["references"] == [["ec2:Instance", "ec2:LaunchTemplate"]]
    assert told["report"][0]["ImageId"] == told["image"][0]["ImageId"] and told["entries"] == [[]]
    assert told["block"] == [True] and told["parameter"][0]["DataType"] == "aws:ec2:image"


def test_the_recycle_bin(told):
    (row,), = told["binned"]
    assert row["ImageId"] == told["image"][0]["ImageId"] and row["Name"] == "javascript"
    assert row["RecycleBinEnterTime"] < row["RecycleBinExitTime"]
    assert told["restored"][0]["Return"] is True


@pytest.mark.parametrize("step, error", [
    ("no image", ["InvalidAMIID.NotFound", 400]), ("no bucket", ["NoSuchBucket", 404]),
    ("no rule", ["ResourceNotFoundException", 404]), ("no parameter", ["ParameterNotFound", 400]),
    ("no snapshot", ["ResourceNotFoundException", 404])])
def test_errors_have_their_class(told, step, error):
    assert told[step] == [error]


def test_every_exchange_is_in_the_model(told):
    """What the SDK asks tells the check itself: it and botocore agree on every request."""
    found = [checked for checked in map(check, told["exchanges"]) if checked is not None]
    assert len(found) > 60
    assert [(checked.name, text) for checked in found for text in [*checked.asked, *checked.told]] == []
