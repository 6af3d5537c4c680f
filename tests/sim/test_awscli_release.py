"""A whole release by hand, with nothing but Debian's AWS CLI."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

AWS = "/usr/bin/aws"
HOME, AWAY = "us-east-1", ("eu-west-1", "ap-southeast-2")
DISK = b"boot" + bytes(6 << 20) + os.urandom(4 << 20) + bytes(8 << 20) + os.urandom(1 << 20)
PATIENCE_S = 120

pytestmark = pytest.mark.skipif(not shutil.which(AWS), reason="needs the AWS CLI")


@pytest.fixture
def aws(start_sim, tmp_path, monkeypatch):
    sim = start_sim("--speed", 200)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATATAMISIM")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "simulated-secret")
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "json")
    config = tmp_path / "config"
    config.write_text("[default]\ns3 =\n  addressing_style = path\n  multipart_chunksize = 5MB\n"
                      "  multipart_threshold = 5MB\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))

    def run(*words, region=HOME):
        done = subprocess.run([AWS, "--endpoint-url", sim.url, "--region", region, *map(str, words)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    run.sim = sim
    return run


def until(look):
    """Asks again until look() is true: what is fresh is not known yet, and nothing is ready at once."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if value := look():
                return value
        except RuntimeError as error:
            assert "NotFound" in str(error), error
    pytest.fail("it never came")


def upload(aws, tmp_path):
    disk = pathlib.Path(tmp_path / "nixos.raw")
    disk.write_bytes(DISK)
    aws("s3", "mb", "s3://acme-images")
    aws("s3", "cp", "--no-progress", disk, "s3://acme-images/nixos.raw")
    assert aws.sim.requests()["UploadPart"] == 4


def import_snapshot(aws):
    container = {"Format": "RAW", "UserBucket": {"S3Bucket": "acme-images", "S3Key": "nixos.raw"}}
    task = aws("ec2", "import-snapshot", "--disk-container", json.dumps(container),
               "--client-token", "release-1")["ImportTaskId"]

    def finished():
        tasks = aws("ec2", "describe-import-snapshot-tasks", "--filters", "Name=task-state,Values=completed,deleted")
        return [row["SnapshotTaskDetail"] for row in tasks["ImportSnapshotTasks"] if row["ImportTaskId"] == task]

    (detail,) = until(finished)
    assert detail["Status"] == "completed", detail
    until(lambda: aws("ec2", "describe-snapshots", "--snapshot-ids", detail["SnapshotId"])["Snapshots"])
    return detail["SnapshotId"]


def register(aws, snapshot):
    aws("ec2", "create-tags", "--resources", snapshot, "--tags", "Key=Name,Value=nixos")
    device = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}]
    return aws("ec2", "register-image", "--name", "nixos/25.11-x86_64-linux", "--architecture", "x86_64",
               "--virtualization-type", "hvm", "--ena-support", "--root-device-name", "/dev/xvda",
               "--boot-mode", "uefi", "--block-device-mappings", json.dumps(device))["ImageId"]


def image(aws, region, image_id):
    return aws("ec2", "describe-images", "--image-ids", image_id, region=region)["Images"]


def available(aws, region, image_id):
    return until(lambda: [row for row in image(aws, region, image_id) if row["State"] == "available"])[0]


def test_a_release_by_hand(aws, tmp_path):
    upload(aws, tmp_path)
    snapshot = import_snapshot(aws)
    images = {HOME: register(aws, snapshot)}
    available(aws, HOME, images[HOME])
    for region in AWAY:
        images[region] = aws("ec2", "copy-image", "--name", "nixos/25.11-x86_64-linux", "--source-region", HOME,
                             "--source-image-id", images[HOME], "--client-token", region, region=region)["ImageId"]
    for region in AWAY:
        available(aws, region, images[region])
    for region, image_id in images.items():
        aws("ec2", "modify-image-attribute", "--image-id", image_id, "--launch-permission",
            json.dumps({"Add": [{"Group": "all"}]}), region=region)
    for region, image_id in images.items():
        (got,) = until(lambda region=region, image_id=image_id: image(aws, region, image_id))
        assert (got["State"], got["Public"], got["Architecture"], got["BootMode"]) == ("available", True, "x86_64", "uefi")
        root = got["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
        assert aws.sim.blocks(snapshot=root)["sha256"] == hashlib.sha256(DISK).hexdigest()
    counts = aws.sim.requests()
    assert (counts["CopyImage"], counts["ModifyImageAttribute"], counts["RegisterImage"]) == (2, 3, 1)
