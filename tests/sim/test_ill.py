"""Answers that are none of AWS's: what comes, and whether the request was carried out."""

import pytest

from wire import s3_request

BUCKET = "images"
LIST = "<ListBucketResult"


@pytest.fixture
def bucket(sim):
    sim.client("s3").create_bucket(Bucket=BUCKET)
    return f"{sim.url}/{BUCKET}"


def listed(bucket):
    return s3_request(bucket + "?list-type=2")


def put(sim, bucket, row):
    """Status and body of a PutObject that the fault hits, and whether the object is there."""
    sim.faults({"action": "PutObject", **row})
    status, headers, body = s3_request(f"{bucket}/key", "PUT", body=b"bytes")
    return status, headers, body, "<Key>key</Key>" in listed(bucket)[2].decode()


@pytest.mark.parametrize("row, status", [({}, 200), ({"status": 403}, 403), ({"status": 502}, 502)])
def test_web_page(sim, bucket, row, status):
    got, headers, body, there = put(sim, bucket, {"kind": "web-page", **row})
    assert (got, headers["Content-Type"], there) == (status, "text/html", False)
    assert b"<html>" in body and "x-amz-request-id" not in headers
    assert [r["errors"] for r in sim.ask("requests")["requests"] if r["action"] == "PutObject"] == [1]


@pytest.mark.parametrize("row, status, to", [
    ({}, 302, "http://127.0.0.1:9/sign-in"),
    ({"status": 307, "value": "https://a.example/"}, 307, "https://a.example/")])
def test_redirect(sim, bucket, row, status, to):
    got, headers, _, there = put(sim, bucket, {"kind": "redirect", **row})
    assert (got, headers["Location"], there) == (status, to, False)


def test_malformed_and_empty(sim, bucket):
    for kind, start, end in (("malformed", "<?xml", '<<&"{]'), ("empty", "", "")):
        sim.faults({"action": "ListObjectsV2", "kind": kind})
        status, headers, body = listed(bucket)
        text = body.decode()
        assert status == 200 and "x-amz-request-id" in headers
        assert text.startswith(start) and text.endswith(end) and len(text) == int(headers["Content-Length"])
        assert (kind == "empty") == (text == "")
    assert LIST in listed(bucket)[2].decode()
    # What was asked is done all the same.
    assert put(sim, bucket, {"kind": "empty"})[3]


def test_trickle(sim, bucket):
    """Late, but whole; with the usual second a byte no client would wait for it."""
    whole = listed(bucket)[2]
    sim.faults({"action": "ListObjectsV2", "kind": "trickle", "delay_ms": 2})
    assert len(listed(bucket)[2]) == len(whole)
