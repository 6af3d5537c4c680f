"""Signatures: ten recorded vectors, what SDKs send, and every way of being refused."""

import datetime
import hashlib
import hmac
import json
import pathlib
import subprocess
import urllib.parse
import zlib
from base64 import b64encode

import botocore.auth
import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from conftest import BUILD
from wire import RELEASE, send, signed

VECTORS = json.loads((pathlib.Path(__file__).parent / "sigv4-vectors.json").read_text())
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"
REGIONS = b"Action=DescribeRegions&Version=2016-11-15"


def ask(sim, service, body, change=None, **options):
    """A signed form, its headers changed afterwards by `change`."""
    headers = signed(sim.url + "/", service, body=body, headers=FORM, **options)
    if change:
        change(headers)
    status, answer_headers, answer = send(sim.url + "/", "POST", headers, body)
    assert "Date" in answer_headers
    return status, answer.decode()


@pytest.fixture
def wall_clock(monkeypatch):
    """wall_clock(minutes): botocore signs that much later than now."""

    def shift(minutes):
        moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: moment)

    return shift


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["name"])
def test_recorded_vectors(sim, vector):
    url = urllib.parse.urlsplit(vector["out_url"])
    asked = {"method": vector["method"], "target": url.path + (url.query and "?" + url.query),
             "headers": {"Host": url.netloc, **vector["out_headers"]}, "body": vector["body"],
             "secret": VECTORS["secret_key"]}
    answer = sim.ask("verify", asked)
    assert answer["canonical_request"] == vector["canonical_request"]
    assert answer["string_to_sign"] == vector["string_to_sign"]
    assert answer["valid"]
    assert not sim.ask("verify", {**asked, "secret": "another"})["valid"]
    assert not sim.ask("verify", {**asked, "method": "PATCH"})["valid"]


def test_the_right_key_is_let_in(sim):
    identity = sim.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/release"
    assert sim.client("iam").list_account_aliases()["AccountAliases"] == ["acme"]
    assert len(sim.client("ec2").describe_regions()["Regions"]) == 34


def set_header(name, value):
    return lambda headers: headers.__setitem__(name, value)


def spoil_signature(headers):
    value = headers["Authorization"]
    headers["Authorization"] = value[:-1] + ("0" if value[-1] != "0" else "1")


def unsign(name):
    def change(headers):
        headers["Authorization"] = headers["Authorization"].replace(f";{name}", "")
    return change


@pytest.mark.parametrize("service, body, change, expected", [
    ("ec2", REGIONS, spoil_signature, (401, "AuthFailure")),
    ("sts", WHO, spoil_signature, (403, "SignatureDoesNotMatch")),
    ("ec2", REGIONS, lambda h: h.pop("Authorization"), (400, "MissingParameter")),
    ("sts", WHO, lambda h: h.pop("Authorization"), (403, "MissingAuthenticationToken")),
    ("sts", WHO, set_header("x-amz-extra", "unsigned"), (403, "SignatureDoesNotMatch")),
    ("sts", WHO, unsign("host"), (403, "SignatureDoesNotMatch")),
    ("sts", WHO, set_header("Authorization", "AWS4-HMAC-SHA256 nothing"),
     (400, "IncompleteSignature")),
    ("sts", WHO, set_header("Host", "ec2.us-east-1.amazonaws.com"),
     (403, "SignatureDoesNotMatch")),
])
def test_spoilt_forms(sim, service, body, change, expected):
    status, answer = ask(sim, service, body, change)
    assert status == expected[0] and f"<Code>{expected[1]}</Code>" in answer


def test_a_changed_body_is_noticed(sim):
    headers = signed(sim.url + "/", "sts", body=WHO, headers=FORM)
    status, _, answer = send(sim.url + "/", "POST", headers, WHO + b"&X=1")
    assert status == 403 and b"<Code>SignatureDoesNotMatch</Code>" in answer
    sim.client("s3").create_bucket(Bucket="images")
    url = sim.url + "/images/k"
    headers = signed(url, "s3", "PUT", b"right")
    status, _, answer = send(url, "PUT", headers, b"wrong")
    assert status == 400 and b"XAmzContentSHA256Mismatch" in answer
    assert sim.state()["buckets"][0]["objects"] == []


@pytest.mark.parametrize("service, call, code", [
    ("ec2", "describe_regions", "AuthFailure"), ("sts", "get_caller_identity",
                                                 "InvalidClientTokenId"),
    ("s3", "list_buckets", "InvalidAccessKeyId"), ("iam", "list_account_aliases",
                                                   "InvalidClientTokenId")])
def test_unknown_keys(sim, service, call, code):
    keys = {"aws_access_key_id": "AKIAUNKNOWN", "aws_secret_access_key": "simulated-secret"}
    with pytest.raises(ClientError) as error:
        getattr(sim.client(service, keys=keys), call)()
    assert error.value.response["Error"]["Code"] == code


def test_s3_shows_its_work(sim):
    keys = {"aws_access_key_id": "AKIATATAMISIM", "aws_secret_access_key": "not-the-secret"}
    with pytest.raises(ClientError) as error:
        sim.client("s3", keys=keys).list_buckets()
    shown = error.value.response["Error"]
    assert shown["Code"] == "SignatureDoesNotMatch"
    assert shown["CanonicalRequest"].startswith("GET\n/\n\nhost:127.0.0.1")
    assert shown["StringToSign"].startswith("AWS4-HMAC-SHA256\n")


@pytest.mark.parametrize("minutes", [-20, 20])
@pytest.mark.parametrize("service, call, code", [
    ("s3", "list_buckets", "RequestTimeTooSkewed"), ("ec2", "describe_regions", "RequestExpired"),
    ("sts", "get_caller_identity", "SignatureDoesNotMatch")])
def test_skewed_clocks(sim, wall_clock, service, call, code, minutes):
    wall_clock(minutes)
    with pytest.raises(ClientError) as error:
        getattr(sim.client(service), call)()
    assert error.value.response["Error"]["Code"] == code


def test_ten_minutes_are_forgiven(sim, wall_clock):
    wall_clock(-10)
    assert sim.client("sts").get_caller_identity()


TEMPORARY = {"aws_access_key_id": "ASIATEST", "aws_secret_access_key": "s",
             "aws_session_token": "token"}


@pytest.mark.parametrize("service, call, expired, wrong", [
    ("s3", "list_buckets", "ExpiredToken", "InvalidToken"),
    ("ec2", "describe_regions", "RequestExpired", "AuthFailure"),
    ("sts", "get_caller_identity", "ExpiredToken", "InvalidClientTokenId")])
def test_temporary_keys(sim, service, call, expired, wrong):
    def code(keys):
        with pytest.raises(ClientError) as error:
            getattr(sim.client(service, keys=keys), call)()
        return error.value.response["Error"]["Code"]

    key = {"id": "ASIATEST", "secret": "s", "session_token": "token"}
    sim.ask("keys", {"keys": [{**key, "expires_in_s": 60}]})
    assert getattr(sim.client(service, keys=TEMPORARY), call)()
    assert code({**TEMPORARY, "aws_session_token": "another"}) == wrong
    assert code({k: v for k, v in TEMPORARY.items() if k != "aws_session_token"}) == wrong
    sim.ask("keys", {"keys": [{**key, "expires_in_s": -1}]})
    assert code(TEMPORARY) == expired


def test_assumed_role(start_sim, write_json):
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                            "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]}
    sim = start_sim("--world", write_json({"roles": [
        {"name": "releaser", "trust": trust}, {"name": "closed", "trust": {}}]}))
    sts = sim.client("sts")
    got = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/releaser",
                          RoleSessionName="me")["Credentials"]
    keys = {"aws_access_key_id": got["AccessKeyId"],
            "aws_secret_access_key": got["SecretAccessKey"],
            "aws_session_token": got["SessionToken"]}
    assert sim.client("sts", keys=keys).get_caller_identity()["Arn"] == (
        "arn:aws:sts::123456789012:assumed-role/releaser/me")
    with pytest.raises(ClientError) as error:
        sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/closed", RoleSessionName="me")
    assert error.value.response["Error"]["Code"] == "AccessDenied"


def test_a_region_that_is_off(start_sim, write_json):
    sim = start_sim("--world", write_json({"accounts": [
        {"id": "123456789012", "alias": "acme", "regions_off": ["me-south-1"]}]}))
    assert sim.client("ec2", "me-central-1").describe_regions()
    for service, call, code in (("ec2", "describe_regions", "AuthFailure"),
                                ("sts", "get_caller_identity", "InvalidClientTokenId")):
        with pytest.raises(ClientError) as error:
            getattr(sim.client(service, "me-south-1"), call)()
        assert error.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError) as error:
        sim.client("ec2", "xx-north-9").describe_regions()
    assert error.value.response["Error"]["Code"] == "AuthFailure"


def test_other_accounts(start_sim, write_json):
    sim = start_sim("--world", write_json({
        "accounts": [{"id": "999988887777", "keys": [{"id": "AKIAOTHER", "secret": "o"}]}],
        "buckets": [{"name": "theirs", "account": "999988887777", "region": "eu-west-1",
                     "objects": [{"key": "k", "text": "hello"}]}]}))
    keys = {"aws_access_key_id": "AKIAOTHER", "aws_secret_access_key": "o"}
    assert sim.client("sts", keys=keys).get_caller_identity()["Account"] == "999988887777"
    other = sim.client("s3", "eu-west-1", keys=keys)
    assert other.get_object(Bucket="theirs", Key="k")["Body"].read() == b"hello"
    with pytest.raises(ClientError) as error:
        sim.client("s3", "eu-west-1").get_object(Bucket="theirs", Key="k")
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    with pytest.raises(ClientError) as error:
        sim.client("s3").create_bucket(Bucket="theirs")
    assert error.value.response["Error"]["Code"] == "BucketAlreadyExists"


@pytest.mark.parametrize("world", [
    {"bukets": []}, {"buckets": {}}, {"buckets": [{"region": "us-east-1"}]},
    {"buckets": [{"name": "b", "region": "nowhere"}]}, {"accounts": [{"id": "123"}]},
    {"accounts": [{"id": "123456789012", "regions_off": ["us-east-1"]}]},
    {"accounts": [{"id": "123456789012", "keys": [{"id": "only"}]}]},
    {"roles": [{"name": "r", "account": "000000000000"}]},
    {"buckets": [{"name": "b", "objects": [{"key": "k", "file": "/no/such/file"}]}]}])
def test_worlds_that_make_no_sense(write_json, world):
    run = subprocess.run([BUILD / "tatami-sim", "--world", write_json(world)],
                         capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "") and run.stderr.count("\n") == 1


def test_presigned_urls(sim, wall_clock):
    s3 = sim.client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="images")
    put = s3.generate_presigned_url("put_object", {"Bucket": "images", "Key": "a b"})
    assert send(put, "PUT", {"Content-Type": ""}, b"data")[0] in (200, 403)
    request = AWSRequest("PUT", sim.url + "/images/a%20b")
    S3SigV4QueryAuth(RELEASE, "s3", "us-east-1", expires=60).add_auth(request)
    assert send(request.url, "PUT", {}, b"data")[0] == 200
    get = s3.generate_presigned_url("get_object", {"Bucket": "images", "Key": "a b"})
    assert send(get)[2] == b"data"
    assert send(get.replace("a%20b", "other"))[0] == 403
    wall_clock(-60)
    old = s3.generate_presigned_url("get_object", {"Bucket": "images", "Key": "a b"},
                                    ExpiresIn=600)
    status, _, answer = send(old)
    assert status == 403 and b"Request has expired" in answer


def test_presigned_query(sim):
    request = AWSRequest("GET", sim.url + "/?" + WHO.decode())
    SigV4QueryAuth(RELEASE, "sts", "us-east-1", expires=60).add_auth(request)
    status, _, answer = send(request.url)
    assert status == 200 and b"<Account>123456789012</Account>" in answer
    assert send(request.url.replace("GetCallerIdentity", "AssumeRole"))[0] == 403


def test_virtual_host_style(sim):
    sim.client("s3", "eu-west-1").create_bucket(
        Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    port = sim.url.rsplit(":", 1)[1]
    for region, status, text in (("eu-west-1", 200, b"<Name>far</Name>"),
                                 ("us-east-1", 400, b"<Region>eu-west-1</Region>")):
        host = f"far.localhost:{port}"
        headers = signed(f"http://{host}/?list-type=2", "s3", "GET", region=region)
        answer = send(sim.url + "/?list-type=2", headers={**headers, "Host": host})
        assert answer[0] == status and text in answer[2]
    headers = signed("http://far.s3.eu-west-1.amazonaws.com/?list-type=2", "s3", "GET",
                     region="eu-west-1")
    answer = send(sim.url + "/?list-type=2",
                  headers={**headers, "Host": "far.s3.eu-west-1.amazonaws.com"})
    assert answer[0] == 200


class Chunks:
    """An aws-chunked body as newer SDKs send it."""

    def __init__(self, sim, key, data, content_sha256, trailer=None):
        self.url = f"{sim.url}/images/{key}"
        extra = {"Content-Encoding": "aws-chunked", "x-amz-content-sha256": content_sha256,
                 "x-amz-decoded-content-length": str(len(data))}
        if trailer:
            extra["x-amz-trailer"] = trailer[0]
        request = AWSRequest("PUT", self.url, headers=extra)
        signer = S3SigV4Auth(RELEASE, "s3", "us-east-1")
        signer._should_sha256_sign_payload = lambda _: True
        signer.payload = lambda _: content_sha256
        signer.add_auth(request)
        self.headers = dict(request.headers.items())
        self.headers["X-Amz-Content-SHA256"] = content_sha256
        self.date = self.headers["X-Amz-Date"]
        self.scope = f"{self.date[:8]}/us-east-1/s3/aws4_request"
        self.previous = self.headers["Authorization"].rsplit("=", 1)[1]
        self.data, self.trailer = data, trailer

    def sign(self, label, *lines):
        key = b"AWS4simulated-secret"
        for part in self.scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        text = "\n".join([label, self.date, self.scope, self.previous, *lines])
        self.previous = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return self.previous

    def body(self, with_signatures):
        out = b""
        for start in [*range(0, len(self.data), 65536), len(self.data)]:
            chunk = self.data[start:start + 65536]
            out += b"%x" % len(chunk)
            if with_signatures:
                out += b";chunk-signature=" + self.sign(
                    "AWS4-HMAC-SHA256-PAYLOAD", hashlib.sha256(b"").hexdigest(),
                    hashlib.sha256(chunk).hexdigest()).encode()
            out += b"\r\n" + (chunk + b"\r\n" if chunk else b"")
        if self.trailer:
            line = "%s:%s" % self.trailer
            out += line.encode() + b"\r\n"
            if with_signatures:
                out += b"x-amz-trailer-signature:" + self.sign(
                    "AWS4-HMAC-SHA256-TRAILER",
                    hashlib.sha256((line + "\n").encode()).hexdigest()).encode() + b"\r\n"
        return out + b"\r\n"


@pytest.mark.parametrize("content_sha256, trailer", [
    ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", True),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", False),
    ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", True)])
def test_chunked_bodies(sim, content_sha256, trailer):
    s3 = sim.client("s3")
    s3.create_bucket(Bucket="images")
    data = bytes(range(256)) * 800 + b"end"
    crc = b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
    chunks = Chunks(sim, "k", data, content_sha256,
                    ("x-amz-checksum-crc32", crc) if trailer else None)
    body = chunks.body("HMAC" in content_sha256)
    answer = send(chunks.url, "PUT", chunks.headers, body)
    assert answer[0] == 200, answer[2]
    assert s3.get_object(Bucket="images", Key="k")["Body"].read() == data
    if trailer:
        assert answer[1]["x-amz-checksum-crc32"] == crc
    assert "aws-chunked" not in s3.head_object(Bucket="images", Key="k").get("ContentEncoding", "")

    spoilt = body.replace(b"end", b"END", 1)
    status, _, answer = send(chunks.url, "PUT", chunks.headers, spoilt)
    assert status in (400, 403)
    assert (b"SignatureDoesNotMatch" if "HMAC" in content_sha256 else b"BadDigest") in answer
    status, _, answer = send(chunks.url, "PUT", chunks.headers, body[:-700])
    assert status == 400 and b"IncompleteBody" in answer or status == 403
    assert s3.get_object(Bucket="images", Key="k")["Body"].read() == data
