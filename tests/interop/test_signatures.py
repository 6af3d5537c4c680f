"""Random requests, signed by botocore and by tatami: every signature is the same."""

import datetime
import hashlib
import json
import os
import pathlib
import random
import string
import subprocess
import urllib.parse

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

BUILD = pathlib.Path(os.environ.get("TATAMI_BUILD", "build")).resolve()
SIGNED, PRESIGNED = 10000, 1000
TEXT = string.ascii_letters + string.digits + "-_.~ /+=&%$,:;@!*'()[]\"<>\\^`{|}äß€𝄞"
HEADER = string.ascii_letters + string.digits + "-_.~/+=&%$,:;@!*'()[]\"<>  "
SERVICES = ["ec2", "ebs", "sts", "iam", "ssm", "rbin", "servicequotas", "s3"]
REGIONS = ["us-east-1", "eu-central-2", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"]
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)
# botocore leaves these out of what is signed, and so must tatami.
UNSIGNED = ["user-agent", "expect", "x-amzn-trace-id", "connection"]


class Draw:
    """One random request, as JSON for tatami's signer, and as botocore's own."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        service = self.random.choice(SERVICES)
        self.at = EPOCH + datetime.timedelta(seconds=self.random.randrange(3 * 10 ** 9))
        body = self.random.randbytes(self.random.randrange(64))
        self.line = {
            "method": self.random.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), "service": service,
            "path": "/" + "/".join(self.encoded(8) for _ in range(self.random.randrange(4))),
            "query": "&".join(f"{self.encoded(6, '')}{n}={self.encoded(12, '')}"
                              for n in range(self.random.randrange(5))),
            "region": self.random.choice(REGIONS), "time": int(self.at.timestamp()),
            "key": self.text(string.ascii_uppercase, 20), "secret": self.text(TEXT, 40),
            "payload_hash": self.random.choice([hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"])
            if service in ("s3", "ebs") else hashlib.sha256(body).hexdigest(),
            "headers": [["host", f"{service}.{self.text(string.ascii_lowercase, 9)}.example:{self.random.randrange(1, 9999)}"]]}
        if self.random.random() < 0.5:
            self.line["token"] = self.text(string.ascii_letters + "+/=", 99)
        self.line["headers"] += [[f"X-Amz-Meta-{self.text(string.ascii_letters, 7)}{number}", self.text(HEADER, 20)]
                                 for number in range(self.random.randrange(4))]
        self.line["headers"] += [[name, self.text(HEADER, 9).strip()] for name in UNSIGNED
                                 if self.random.random() < 0.2]

    def text(self, letters, most):
        return "".join(self.random.choices(letters, k=self.random.randint(1, most)))

    def encoded(self, most, also="/"):
        """A few letters, percent-encoded once; dots alone would be a path to be normalized, which nobody sends."""
        text = self.text(TEXT, most)
        return urllib.parse.quote("x" + text if set(text) <= set("./") else text, safe="-_.~" + also)

    def request(self):
        host = self.line["headers"][0][1]
        return AWSRequest(self.line["method"], f"https://{host}{self.line['path']}?{self.line['query']}",
                          headers=dict(self.line["headers"]))

    def sign(self, monkeypatch, kind, **more):
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: self.at.replace(tzinfo=None))
        request = self.request()
        keys = Credentials(self.line["key"], self.line["secret"], self.line.get("token"))
        kind(keys, self.line["service"], self.line["region"], **more).add_auth(request)
        return request


def signed_by_tatami(lines):
    done = subprocess.run([BUILD / "tests" / "signer"], input="".join(json.dumps(line) + "\n" for line in lines),
                          capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_requests(monkeypatch):
    """What both sign: the headers that tatami is given are those that botocore ends up with."""
    theirs, lines = [], []
    for seed in range(SIGNED):
        draw = Draw(seed)
        kind = botocore.auth.S3SigV4Auth if draw.line["service"] == "s3" else botocore.auth.SigV4Auth
        monkeypatch.setattr(kind, "payload", lambda *_, hash=draw.line["payload_hash"]: hash)
        request = draw.sign(monkeypatch, kind)
        theirs.append(request.headers["Authorization"])
        lines.append({**draw.line, "headers": [[name, value] for name, value in request.headers.items()
                                               if name != "Authorization"]})
    ours = signed_by_tatami(lines)
    assert len(ours) == SIGNED == len(set(ours))
    wrong = [(line, one, other) for line, one, other in zip(lines, ours, theirs) if one != other]
    assert not wrong, f"{len(wrong)} differ, first {wrong[0]}"


def test_presigned(monkeypatch):
    """URLs of S3, for a time."""
    theirs, lines = [], []
    for seed in range(PRESIGNED):
        draw = Draw(f"presigned {seed}")
        draw.line |= {"service": "s3", "payload_hash": "UNSIGNED-PAYLOAD", "headers": draw.line["headers"][:1],
                      "expires_s": draw.random.randint(1, 604800)}
        request = draw.sign(monkeypatch, botocore.auth.S3SigV4QueryAuth, expires=draw.line["expires_s"])
        theirs.append(dict(urllib.parse.parse_qsl(request.url.partition("?")[2], keep_blank_values=True)))
        lines.append(draw.line)
    for line, ours, wanted in zip(lines, signed_by_tatami(lines), theirs, strict=True):
        assert dict(urllib.parse.parse_qsl(ours, keep_blank_values=True)) == wanted, line
