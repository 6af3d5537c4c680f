"""tatami's S3 client against versitygw, which checks every signature and checksum itself; and 10,000 parts against the
simulator, which has S3's limits."""

import base64
import random

import pytest

from gateway import BUILD, Gateway, authority, client_of, s3tool
from images import make_image
from recorder import Recorder
from release_tools import BUCKET, HOME, KEY, SECRET, Site, Sim, until

MIB = 1 << 20
OBJECT = (BUCKET, "tatami/a b+c/ä.raw")


@pytest.fixture
def start_gateway(tmp_path):
    started = []

    def start(*options, **more):
        folder = tmp_path / f"gateway{len(started)}"
        folder.mkdir()
        started.append(Gateway(folder, *options, **more))
        return started[-1]

    yield start
    for gateway in started:
        gateway.stop()


@pytest.fixture
def gateway(start_gateway):
    return start_gateway()


@pytest.fixture
def disk(tmp_path):
    path = tmp_path / "disk.raw"
    path.write_bytes(random.Random(1).randbytes(11 * MIB + 77))
    return path


def upload(url, disk, **env):
    identity, = s3tool(url, "create", *OBJECT, "tatami:disk", "root", **env)
    assert s3tool(url, "send", *OBJECT, identity, disk, 5 * MIB, 99, **env) == ["3"]
    s3tool(url, "complete", *OBJECT, identity, **env)
    return identity


def test_an_upload(gateway, disk):
    """Parts with CRC32C, completed; the object is the file, and its checksum is the server's own."""
    url = gateway.recorder.url
    assert s3tool(url, "region", *OBJECT) == [HOME]
    assert s3tool(url, "head", *OBJECT) == ["absent 0"]
    upload(url, disk)
    assert s3tool(url, "head", *OBJECT) == [f"there {disk.stat().st_size}"]
    got = gateway.client().get_object(Bucket=OBJECT[0], Key=OBJECT[1], ChecksumMode="ENABLED")
    assert got["Body"].read() == disk.read_bytes() and got["ChecksumCRC32C"]
    assert s3tool(url, "tags", *OBJECT) == ["tatami:disk=root"]
    s3tool(url, "tag", *OBJECT, "a:b/c", "d @+-e")
    assert s3tool(url, "tags", *OBJECT) == ["a:b/c=d @+-e"]
    assert s3tool(url, "tag", *OBJECT, "k<&", "v", ok=False)[2] == "InvalidTag"
    assert s3tool(url, "list", BUCKET, "tatami/") == [f"{OBJECT[1]} {disk.stat().st_size}"]
    s3tool(url, "delete", *OBJECT)
    assert s3tool(url, "head", *OBJECT) == ["absent 0"]
    assert {exchange.path.split("/")[1] for exchange in gateway.recorder.exchanges} == {BUCKET}


def test_an_abort(gateway, disk):
    url = gateway.recorder.url
    identity, = s3tool(url, "create", *OBJECT, "a", "b")
    s3tool(url, "send", *OBJECT, identity, disk, 5 * MIB, 1)
    assert s3tool(url, "uploads", BUCKET, "tatami/") == [f"{OBJECT[1]} {identity}"]
    s3tool(url, "abort", *OBJECT, identity)
    s3tool(url, "abort", *OBJECT, identity)
    assert s3tool(url, "uploads", BUCKET, "tatami/") == []
    assert s3tool(url, "parts", *OBJECT, identity, ok=False)[0] == "not-found"


def test_virtual_host_style(start_gateway, disk, tmp_path):
    """The bucket is in the host's name, and so in what is signed."""
    gateway = start_gateway("--virtual-domain", "localhost")
    config = tmp_path / "config"
    config.write_text("[default]\ns3 =\n  addressing_style = virtual\n")
    recorder = gateway.recorder
    upload(f"http://localhost:{recorder.server_address[1]}", disk, AWS_CONFIG_FILE=str(config))
    assert {exchange.headers["host"].partition(":")[0] for exchange in recorder.exchanges} == {f"{BUCKET}.localhost"}
    assert not any(exchange.path.startswith(f"/{BUCKET}") for exchange in recorder.exchanges)
    got = gateway.client().get_object(Bucket=OBJECT[0], Key=OBJECT[1])
    assert got["Body"].read() == disk.read_bytes()


@pytest.mark.parametrize("keys, said", [
    ({"AWS_SECRET_ACCESS_KEY": "wrong"}, ["credentials", "403", "SignatureDoesNotMatch"]),
    ({"AWS_ACCESS_KEY_ID": "AKIANOBODY"}, ["not-found", "404", "XAdminUserNotFound"])])  # its own word
def test_wrong_keys(gateway, keys, said):
    """Refused at once, and not tried again."""
    assert s3tool(gateway.recorder.url, "create", *OBJECT, "a", "b", ok=False, **keys)[:3] == said
    assert len(gateway.asked("POST")) == 1


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_skewed_clock(gateway, seconds):
    """The server refuses the time; tatami takes the server's, and goes on."""
    skewed = {"LD_PRELOAD": str(BUILD / "tests" / "skew.so"), "TATAMI_SKEW_S": str(seconds)}
    assert s3tool(gateway.recorder.url, "list", BUCKET, "x", **skewed) == []
    refused, taken = gateway.recorder.exchanges
    assert (refused.status, taken.status) == (403, 200) and b"RequestTimeTooSkewed" in refused.answer
    assert refused.headers["x-amz-date"] != taken.headers["x-amz-date"]


def test_a_wrong_checksum(gateway, disk):
    """What arrives is not what its checksum says: the server does not take it."""
    identity, = s3tool(gateway.recorder.url, "create", *OBJECT, "a", "b")
    kind, status, _, _ = s3tool(gateway.recorder.url, "wrong", *OBJECT, identity, disk, ok=False)
    assert (kind, status) == ("mismatch", "400")
    assert s3tool(gateway.recorder.url, "parts", *OBJECT, identity) == []


def test_resume_over_pages(gateway, tmp_path):
    """ListParts gives a thousand parts a page: what is there is not sent again."""
    small = tmp_path / "small.raw"
    small.write_bytes(random.Random(2).randbytes(1300 * 1024 - 5))
    url = gateway.recorder.url
    identity, = s3tool(url, "create", *OBJECT, "a", "b")
    assert s3tool(url, "send", *OBJECT, identity, small, 1024, 1200) == ["1200"]
    gateway.recorder.exchanges.clear()
    assert s3tool(url, "send", *OBJECT, identity, small, 1024, 9999) == ["100"]
    assert len(gateway.asked("PUT", "partNumber=")) == 100
    assert len({exchange.target for exchange in gateway.asked("GET")}) == 2
    rows = [line.split() for line in s3tool(url, "parts", *OBJECT, identity)]
    assert [int(row[0]) for row in rows] == [*range(1, 1301)]
    assert sum(int(row[1]) for row in rows) == small.stat().st_size
    assert all(len(base64.b64decode(row[3])) == 4 for row in rows)
    assert s3tool(url, "complete", *OBJECT, identity, ok=False)[2] == "EntityTooSmall"


def test_tls(start_gateway, disk, tmp_path):
    """With its own authority, named by AWS_CA_BUNDLE, and not without."""
    ca, *tls = authority(tmp_path)
    gateway = start_gateway(tls=tls)
    upload(gateway.url, disk, AWS_CA_BUNDLE=str(ca))
    assert s3tool(gateway.url, "head", *OBJECT, AWS_CA_BUNDLE=str(ca)) == [f"there {disk.stat().st_size}"]
    (tmp_path / "others").mkdir()
    other, *_ = authority(tmp_path / "others")
    for bundle in ({}, {"AWS_CA_BUNDLE": str(other)}):
        assert s3tool(gateway.url, "head", *OBJECT, ok=False, **bundle)[0] == "network"


def test_a_certificate_of_another_host(start_gateway, tmp_path):
    ca, *tls = authority(tmp_path, names=("elsewhere.example",))
    gateway = start_gateway(tls=tls)
    url = f"https://localhost:{gateway.port}"
    assert s3tool(url, "head", *OBJECT, ok=False, AWS_CA_BUNDLE=str(ca))[0] == "network"


def test_ten_thousand_parts(tmp_path):
    """As many as S3 takes, listed in ten pages; one more is refused."""
    small = tmp_path / "small.raw"
    small.write_bytes(random.Random(3).randbytes(10001 * 64))
    sim = Sim("--seed", 1)
    try:
        client_of(sim.url).create_bucket(Bucket=BUCKET)
        identity, = s3tool(sim.url, "create", *OBJECT, "a", "b")
        assert s3tool(sim.url, "send", *OBJECT, identity, small, 64, 10000) == ["10000"]
        recorder = Recorder(sim.url)
        rows = [line.split() for line in s3tool(recorder.url, "parts", *OBJECT, identity)]
        recorder.stop()
        assert [int(row[0]) for row in rows] == [*range(1, 10001)] and len(recorder.exchanges) == 10
        assert s3tool(sim.url, "send", *OBJECT, identity, small, 64, 1, ok=False)[1] == "400"
        assert s3tool(sim.url, "complete", *OBJECT, identity, ok=False)[2] == "EntityTooSmall"
    finally:
        sim.stop()


class Halfway(OSError):
    """The connection of a part that shall not arrive yet."""


class TwoServers:
    """A simulator whose S3 is versitygw: what is to be imported goes over to the simulator first."""

    def __init__(self, folder, gateway):
        self.gateway, self.parts = gateway, 10000
        gateway.recorder.before = self.hold_parts
        self.site = Site(folder)
        self.recorder = Recorder(self.site.sim.url, before=self.bring_over)
        self.site.env |= {"AWS_ENDPOINT_URL": self.recorder.url, "AWS_ENDPOINT_URL_S3": gateway.recorder.url}

    def hold_parts(self, exchange):
        if "partNumber=" in exchange.target:
            self.parts -= 1
            if self.parts < 0:
                raise Halfway

    def bring_over(self, exchange):
        if b"Action=ImportSnapshot" in exchange.body:
            theirs, ours = self.gateway.client(), client_of(self.site.sim.url)
            for row in theirs.list_objects_v2(Bucket=BUCKET)["Contents"]:
                body = theirs.get_object(Bucket=BUCKET, Key=row["Key"])["Body"].read()
                ours.put_object(Bucket=BUCKET, Key=row["Key"], Body=body)

    def stop(self):
        self.recorder.stop()
        self.site.stop()


def test_a_release(gateway, tmp_path):
    """A whole one whose disk is staged at versitygw; killed with one part sent, it sends the others."""
    two = TwoServers(tmp_path / "site", gateway)
    try:
        disk = make_image(tmp_path / "big.raw", 20)
        two.parts = 1
        run = two.site.start_release("--public", paths=[f"{disk},arch=x86_64,boot-mode=uefi"])
        until(lambda: two.parts < 0)
        run.kill()
        sent = [exchange for exchange in gateway.asked("PUT", "partNumber=") if exchange.status == 200]
        assert len(sent) == 1
        two.parts = 10000
        two.site.resume().ended(0)
        assert len([exchange for exchange in gateway.asked("PUT", "partNumber=") if exchange.status == 200]) == 3
        two.site.check_public()
        assert gateway.client().list_objects_v2(Bucket=BUCKET).get("Contents", []) == []
        assert {KEY in exchange.headers["authorization"] for exchange in gateway.recorder.exchanges} == {True}
        assert not any(SECRET.encode() in exchange.body for exchange in gateway.recorder.exchanges)
    finally:
        two.stop()
