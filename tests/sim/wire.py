"""Requests below the SDK: signed by botocore, sent as they are, nothing retried or followed."""

import urllib.error
import urllib.request

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

RELEASE = Credentials("AKIATATAMISIM", "simulated-secret")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def send(url, method="GET", headers=None, body=None):
    """(status, headers, body) of one request, whatever the status."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        answer = urllib.request.build_opener(Stay).open(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


def signed(url, service, method="POST", body=b"", headers=None, region="us-east-1", keys=RELEASE):
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    request = AWSRequest(method, url, data=body, headers=headers or {})
    signer(keys, service, region).add_auth(request)
    return dict(request.headers.items())


def s3_request(url, method="GET", headers=None, body=b"", region="us-east-1"):
    """send() of a request that is signed for S3."""
    return send(url, method, signed(url, "s3", method, body, headers, region), body or None)
