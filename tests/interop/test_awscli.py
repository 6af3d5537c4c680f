"""The newest AWS CLI as a client of the simulator: a release and its cleanup by hand, with its waiters and pages; it
parses every answer without a word on standard error."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from model_check import check
from recorder import Recorder
from release_tools import HOME, KEY, SECRET, Sim, environment, until

AWS = pathlib.Path(sys.executable).with_name("aws")
AWAY, BUCKET = "eu-west-1", "by-cli"
DISK = bytes(5 << 20) + os.urandom(1 << 20)


class Cli:
    def __init__(self, folder):
        self.sim = Sim("--speed", 2000, "--seed", 8)
        self.recorder = Recorder(self.sim.url)
        self.config = folder / "config"
        self.config.write_text("[default]\ncli_history = disabled\ns3 =\n  addressing_style = path\n"
                               "  multipart_chunksize = 5MB\n  multipart_threshold = 5MB\n")
        self.env = environment(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_DEFAULT_OUTPUT="json",
                               AWS_ENDPOINT_URL=self.recorder.url, AWS_MAX_ATTEMPTS="8", AWS_RETRY_MODE="standard")
        self.env["AWS_CONFIG_FILE"] = str(self.config)

    def run(self, *words, region=HOME):
        return subprocess.run([AWS, "--region", region, *map(str, words)], env=self.env, capture_output=True, text=True,
                              timeout=120, check=False)

    def __call__(self, *words, region=HOME):
        done = self.run(*words, region=region)
        assert (done.returncode, done.stderr) == (0, ""), (words, done.stderr)
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    def known(self, *words, region=HOME):
        """Until what is new is known everywhere; what is ready may be missed once, as at AWS."""

        def ask():
            done = self.run(*words, region=region)
            assert done.returncode == 0 or re.search(r"NotFound|InvalidConversionTaskId|InUse", done.stderr), done.stderr
            return done.returncode == 0 and (json.loads(done.stdout or "{}") or {"done": True})

        return until(ask)

    def stop(self):
        self.recorder.stop()
        self.sim.stop()


@pytest.fixture
def aws(tmp_path):
    cli = Cli(tmp_path)
    yield cli
    cli.stop()


def import_disk(aws, path):
    aws("s3", "mb", f"s3://{BUCKET}")
    aws("s3", "cp", "--only-show-errors", path, f"s3://{BUCKET}/disk.raw")
    container = {"Format": "RAW", "UserBucket": {"S3Bucket": BUCKET, "S3Key": "disk.raw"}}
    task = aws("ec2", "import-snapshot", "--disk-container", json.dumps(container), "--client-token", "cli")["ImportTaskId"]
    aws.known("ec2", "describe-import-snapshot-tasks", "--import-task-ids", task)
    aws.known("ec2", "wait", "snapshot-imported", "--import-task-ids", task)
    (row,) = aws("ec2", "describe-import-snapshot-tasks", "--page-size", 1)["ImportSnapshotTasks"]
    snapshot = row["SnapshotTaskDetail"]["SnapshotId"]
    aws.known("ec2", "describe-snapshots", "--snapshot-ids", snapshot)
    aws.known("ec2", "wait", "snapshot-completed", "--snapshot-ids", snapshot)
    assert aws.sim.blocks(snapshot=snapshot)
    return snapshot


def register(aws, snapshot):
    device = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}]
    image = aws("ec2", "register-image", "--name", "cli", "--architecture", "arm64", "--virtualization-type", "hvm",
                "--ena-support", "--root-device-name", "/dev/xvda", "--boot-mode", "uefi", "--imds-support", "v2.0",
                "--block-device-mappings", json.dumps(device), "--tag-specifications",
                "ResourceType=image,Tags=[{Key=Name,Value=cli}]")["ImageId"]
    aws.known("ec2", "wait", "image-exists", "--image-ids", image)
    aws.known("ec2", "wait", "image-available", "--image-ids", image)
    copy = aws("ec2", "copy-image", "--name", "cli", "--source-region", HOME, "--source-image-id", image, region=AWAY)[
        "ImageId"]
    aws.known("ec2", "wait", "image-exists", "--image-ids", copy, region=AWAY)
    aws.known("ec2", "wait", "image-available", "--image-ids", copy, region=AWAY)
    return {HOME: image, AWAY: copy}


def publish(aws, images):
    for region, image in images.items():
        aws("ec2", "modify-image-attribute", "--image-id", image, "--launch-permission", "Add=[{Group=all}]",
            region=region)
        row = until(lambda region=region: [row for row in aws(
            "ec2", "describe-images", "--owners", "self", "--page-size", 5, region=region)["Images"] if row["Public"]])[0]
        assert (row["Architecture"], row["BootMode"], row["ImdsSupport"]) == ("arm64", "uefi", "v2.0")
        assert row["ImageId"] == image


def clean_up(aws, image, snapshot):
    aws("ec2", "create-launch-template", "--launch-template-name", "web", "--launch-template-data",
        json.dumps({"ImageId": image}))
    assert until(lambda: aws("ec2", "describe-image-references", "--image-ids", image, "--include-all-resource-types")[
        "ImageReferences"])[0]["ResourceType"] == "ec2:LaunchTemplate"
    for kind in ("EC2_IMAGE", "EBS_SNAPSHOT"):
        rule = aws("rbin", "create-rule", "--resource-type", kind, "--retention-period",
                   "RetentionPeriodValue=7,RetentionPeriodUnit=DAYS")["Identifier"]
        until(lambda rule=rule: aws("rbin", "get-rule", "--identifier", rule)["Status"] == "available")
    aws("ec2", "deregister-image", "--image-id", image)
    aws.known("ec2", "delete-snapshot", "--snapshot-id", snapshot)
    assert until(lambda: aws("ec2", "list-images-in-recycle-bin")["Images"])[0]["ImageId"] == image
    aws("ec2", "restore-snapshot-from-recycle-bin", "--snapshot-id", snapshot)
    aws.known("ec2", "restore-image-from-recycle-bin", "--image-id", image)
    aws("s3", "rb", "--force", f"s3://{BUCKET}")


def test_a_release_and_its_cleanup(aws, tmp_path):
    path = tmp_path / "disk.raw"
    path.write_bytes(DISK)
    snapshot = import_disk(aws, path)
    assert aws.sim.ask(f"blocks?snapshot={snapshot}")["sha256"] == hashlib.sha256(DISK).hexdigest()
    images = register(aws, snapshot)
    publish(aws, images)
    clean_up(aws, images[HOME], snapshot)
    found = [checked for checked in map(check, aws.recorder.exchanges) if checked is not None]
    assert [(checked.name, text) for checked in found for text in [*checked.asked, *checked.told]] == []


def test_what_debug_shows_is_what_the_simulator_computes(aws):
    """The canonical request and the string to sign that the CLI prints are those that the simulator makes of the
    request."""
    for words in (["sts", "get-caller-identity"], ["ec2", "describe-regions", "--filters", "Name=endpoint,Values=*eu*"],
                  ["s3api", "list-buckets"]):
        aws.recorder.exchanges.clear()
        done = aws.run("--debug", *words)
        assert done.returncode == 0 and "SignatureDoesNotMatch" not in done.stderr
        exchange, = aws.recorder.exchanges
        told = aws.sim.ask("verify", {"method": exchange.method, "target": exchange.target, "body": exchange.body.decode(),
                                      "headers": exchange.headers, "secret": SECRET})
        assert told["valid"] is True
        for name in ("canonical_request", "string_to_sign"):
            assert told[name] in done.stderr, (name, told[name])
