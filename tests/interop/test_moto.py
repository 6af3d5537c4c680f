"""tatami as a client of moto, an AWS that others wrote: each call and its answer.

What moto has otherwise than AWS stands in LACKS, and nothing else may differ."""

import json
import logging
import urllib.parse
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

from model_check import check
from recorder import Recorder
from release_tools import BUCKET, HOME, KEY, PROGRAM, SECRET, Run, environment
from images import make_image

AWAY = "eu-west-1"
RELEASE = "acme/1"
# Calls of tatami that moto does not know: it answers 500 with an HTML page, or an error of its own.
LACKS = {"ImportSnapshot": 500, "DescribeImportSnapshotTasks": 500, "GetServiceQuota": 400,
         "GetAWSDefaultServiceQuota": 500}
# EBS direct has blocks of 524,288 bytes; moto says 512.
WRONG_BLOCK, RIGHT_BLOCK = b'"BlockSize": 512', b'"BlockSize": 524288'


def action_of(exchange):
    form = dict(urllib.parse.parse_qsl(exchange.body.decode("latin-1"))) if exchange.path == "/" else {}
    target = exchange.headers.get("x-amz-target", "").rpartition(".")[2]
    return form.get("Action") or target or check(exchange).operation.name


logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


class Moto:
    def __init__(self, folder):
        self.server = ThreadedMotoServer(port=0, verbose=False)
        self.server.start()
        host, port = self.server.get_host_and_port()
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        self.recorder = Recorder(f"http://{host}:{port}", self.mend)
        self.folder, self.block_size_lies = folder, 0
        self.env = environment(AWS_ENDPOINT_URL=self.recorder.url, AWS_REGION=HOME, AWS_ACCESS_KEY_ID=KEY,
                               AWS_SECRET_ACCESS_KEY=SECRET, TATAMI_CLOCK="200", HOME=str(folder))

    def mend(self, exchange, answer):
        self.block_size_lies += WRONG_BLOCK in answer
        return answer.replace(WRONG_BLOCK, RIGHT_BLOCK) if exchange.path == "/snapshots" else answer

    def stop(self):
        self.recorder.stop()
        self.server.stop()

    def run(self, *arguments):
        return Run([PROGRAM, *map(str, arguments), "--state", self.folder / "state", "--json"], self.env,
                   self.folder).finish()

    def client(self, service, region=HOME):
        return boto3.session.Session(KEY, SECRET, region_name=region).client(service, endpoint_url=self.recorder.url)

    def release(self, *more):
        path = make_image(self.folder / "a.raw", 3)
        return self.run("release", f"{path},arch=x86_64,boot-mode=uefi", "--label", "1.0", "--name", "acme/{label}",
                        "--release", RELEASE, "--home", HOME, "--regions", f"{HOME},{AWAY}", "--public", "--yes", *more)

    def asked(self):
        """{action: [exchange]} of tatami's requests."""
        found = {}
        for exchange in list(self.recorder.exchanges):
            if "boto" not in exchange.headers.get("user-agent", "").lower():
                found.setdefault(action_of(exchange), []).append(exchange)
        return found

    def public(self, image, region=HOME):
        permissions = self.client("ec2", region).describe_image_attribute(ImageId=image, Attribute="launchPermission")
        return {"Group": "all"} in permissions["LaunchPermissions"]

    def register(self, name, region=HOME):
        return self.client("ec2", region).register_image(Name=name, RootDeviceName="/dev/xvda", BlockDeviceMappings=[
            {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 1}}])["ImageId"]


@pytest.fixture
def moto(tmp_path):
    server = Moto(tmp_path)
    yield server
    check_answers(server)
    server.stop()


def check_answers(server):
    """Every request was one of AWS's, and what moto refused of them is what is known that it lacks."""
    for action, exchanges in server.asked().items():
        for exchange in exchanges:
            assert check(exchange).asked == [], action
            if exchange.status >= 400 and not is_expected(action, exchange):
                assert LACKS.get(action) == exchange.status, (action, exchange.status, exchange.answer[:300])


def is_expected(action, exchange):
    """Errors that AWS gives as well: an object is looked for that is not there, or written only if it is not."""
    return (action, exchange.status) in (("HeadObject", 404), ("GetObject", 404), ("PutObject", 412))


def test_upload(moto):
    """The staging object arrives whole, part by part; the import is what moto lacks, and tatami says so."""
    moto.client("s3").create_bucket(Bucket=BUCKET)
    run = moto.release("--via", "import", "--bucket", BUCKET).ended(3)
    failure, = run.failures()
    assert failure["image"] == "acme/1.0" and "500" in failure["text"]
    staged, = [row for row in moto.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
               if not row["Key"].rpartition("/")[2].startswith("=")]
    body = moto.client("s3").get_object(Bucket=BUCKET, Key=staged["Key"])["Body"].read()
    assert body == (moto.folder / "a.raw").read_bytes()
    tags = moto.client("s3").get_object_tagging(Bucket=BUCKET, Key=staged["Key"])["TagSet"]
    assert {"Key": "tatami:release", "Value": RELEASE} in tags
    asked = moto.asked()
    assert {"CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "PutObjectTagging"} <= set(asked)
    assert asked["ImportSnapshot"][0].answer.lstrip().lower().startswith(b"<!doctype html")
    assert "RegisterImage" not in asked


def test_direct(moto):
    """Blocks, completion and RegisterImage are moto's; what it keeps of the AMI is not what was asked, so nothing is
    copied or published."""
    run = moto.release("--via", "direct").ended(3)
    asked = moto.asked()
    disk = (moto.folder / "a.raw").read_bytes()
    blocks = {int(exchange.path.rpartition("/")[2]): exchange.body for exchange in asked["PutSnapshotBlock"]}
    wanted = {n: disk[n << 19:(n + 1) << 19] for n in range(6)}
    assert blocks == {n: block for n, block in wanted.items() if block.strip(b"\0")}
    assert {exchange.status for exchange in asked["PutSnapshotBlock"]} == {201}
    assert len(asked["StartSnapshot"]) == len(asked["CompleteSnapshot"]) == len(asked["RegisterImage"]) == 1
    assert moto.block_size_lies == 1
    failure, = run.failures()
    assert "architecture is not set, asked was x86_64" in failure["text"]
    assert "CopyImage" not in asked and "ModifyImageAttribute" not in asked
    image, = moto.client("ec2").describe_images(Owners=["self"])["Images"]
    assert image["Name"] == "acme/1.0" and not moto.public(image["ImageId"])


def test_a_block_size_of_another_service(moto):
    """Without the mending: tatami does not fill a snapshot whose blocks it would cut otherwise."""
    moto.recorder.mend = lambda exchange, answer: answer
    run = moto.release("--via", "direct").ended(3)
    assert "names another size of block" in run.failures()[0]["text"]
    assert "PutSnapshotBlock" not in moto.asked()


def test_list_publish_unpublish(moto):
    """AMIs that tatami did not make, in two regions."""
    images = {region: moto.register("by-hand", region) for region in (HOME, AWAY)}
    listed = moto.run("list", "by-hand", "--regions", f"{HOME},{AWAY}").ended(0)
    rows = json.loads(listed.lines[-1])["images"][0]["regions"]
    assert {region: row["ami"] for region, row in rows.items()} == images
    assert not any(row["public"] for row in rows.values())
    moto.run("publish", "by-hand", "--regions", f"{HOME},{AWAY}", "--yes").ended(0)
    assert all(moto.public(image, region) for region, image in images.items())
    moto.run("publish", "by-hand", "--regions", HOME, "--yes").ended(0)
    assert len(moto.asked()["ModifyImageAttribute"]) == 2
    moto.run("unpublish", "by-hand", "--regions", AWAY, "--yes").ended(0)
    assert moto.public(images[HOME]) and not moto.public(images[AWAY], AWAY)
