"""Faults, throttles, and the program's own manners."""

import os
import signal
import socket
import subprocess
import threading
import time

import pytest
from botocore.exceptions import (ClientError, ConnectionClosedError, ReadTimeoutError,
                                 IncompleteReadError, ResponseStreamingError)
from conftest import BUILD


def code(call, **arguments):
    """The error code of a call, or None when it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_error_on_the_nth_request(sim):
    sim.faults({"action": "GetCallerIdentity", "region": "us-east-1", "nth": 2, "count": 2,
                "kind": "error", "code": "InternalFailure", "message": "no", "status": 500})
    near, far = sim.client("sts").get_caller_identity, sim.client("sts", "eu-west-1")
    assert [code(near) for _ in range(4)] == [None, "InternalFailure", "InternalFailure", None]
    assert code(far.get_caller_identity) is None
    row, = sim.ask("faults")["faults"]
    assert (row["seen"], row["hits"]) == (4, 2)
    errors = {r["action"] + r["region"]: r["errors"] for r in sim.ask("requests")["requests"]}
    assert errors == {"GetCallerIdentityus-east-1": 2, "GetCallerIdentityeu-west-1": 0}


def test_match_looks_at_path_and_parameters(sim):
    s3 = sim.client("s3")
    s3.create_bucket(Bucket="images")
    sim.faults({"match": "arm64", "kind": "error", "code": "AccessDenied", "status": 403,
                "count": 0})
    assert code(s3.put_object, Bucket="images", Key="x86_64.raw", Body=b"x") is None
    assert code(s3.put_object, Bucket="images", Key="arm64.raw", Body=b"x") == "AccessDenied"
    assert code(sim.client("iam").get_role, RoleName="arm64") == "AccessDenied"
    assert [o["key"] for o in sim.state()["buckets"][0]["objects"]] == ["x86_64.raw"]
    sim.ask("faults", method="DELETE")
    assert code(s3.put_object, Bucket="images", Key="arm64.raw", Body=b"x") is None


@pytest.mark.parametrize("service, call, expected", [
    ("s3", "list_buckets", ("SlowDown", 503)),
    ("ec2", "describe_regions", ("RequestLimitExceeded", 503)),
    ("sts", "get_caller_identity", ("Throttling", 400))])
def test_throttle_fault(sim, service, call, expected):
    sim.faults({"kind": "throttle"})
    with pytest.raises(ClientError) as error:
        getattr(sim.client(service), call)()
    answer = error.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == expected
    assert getattr(sim.client(service), call)()


def test_until_is_simulated_time(sim):
    sim.clock(stop=True)
    sim.faults({"kind": "throttle", "count": 0, "until_s": 60})
    sts = sim.client("sts")
    assert code(sts.get_caller_identity) == "Throttling"
    sim.clock(step=61)
    assert code(sts.get_caller_identity) is None


def test_reset_does_nothing_and_reset_after_does(sim):
    s3 = sim.client("s3")
    sim.faults({"action": "CreateBucket", "match": "one", "kind": "reset"},
               {"action": "CreateBucket", "match": "two", "kind": "reset-after"})
    for name in ("bucket-one", "bucket-two"):
        with pytest.raises(ConnectionClosedError):
            s3.create_bucket(Bucket=name)
    assert [b["name"] for b in sim.state()["buckets"]] == ["bucket-two"]


def test_truncate(sim):
    s3 = sim.client("s3")
    s3.create_bucket(Bucket="images")
    s3.put_object(Bucket="images", Key="k", Body=b"x" * 100_000)
    sim.faults({"action": "GetObject", "kind": "truncate"})
    with pytest.raises((IncompleteReadError, ResponseStreamingError)):
        s3.get_object(Bucket="images", Key="k")["Body"].read()
    assert len(s3.get_object(Bucket="images", Key="k")["Body"].read()) == 100_000


def test_hanging_requests_hold_up_nobody_else(sim):
    sim.faults({"action": "GetCallerIdentity", "kind": "hang", "count": 8})
    hanging = [threading.Thread(target=pytest.raises, args=(ReadTimeoutError, call))
               for call in [sim.client("sts", read_timeout=5).get_caller_identity] * 8]
    for thread in hanging:
        thread.start()
    while sim.ask("faults")["faults"][0]["hits"] < 8:
        pass
    assert sim.client("ec2").describe_regions()
    assert all(thread.is_alive() for thread in hanging)
    for thread in hanging:
        thread.join()
    assert code(sim.client("sts").get_caller_identity) is None


def test_delay(sim):
    sim.faults({"action": "ListBuckets", "kind": "delay", "delay_ms": 300})
    s3 = sim.client("s3")
    started = time.monotonic()
    s3.list_buckets()
    assert time.monotonic() - started >= 0.3


def multipart(s3):
    s3.create_bucket(Bucket="images")
    uid = s3.create_multipart_upload(Bucket="images", Key="k")["UploadId"]
    etag = s3.upload_part(Bucket="images", Key="k", UploadId=uid, PartNumber=1,
                          Body=b"x")["ETag"]
    return {"Bucket": "images", "Key": "k", "UploadId": uid,
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": etag}]}}


def test_complete_that_fails_behind_status_200(sim):
    """The SDK sees the error in the body of a 200 and sends the request again."""
    done = multipart(sim.client("s3"))
    sim.faults({"action": "CompleteMultipartUpload", "kind": "complete-error", "count": 2})
    with pytest.raises(ClientError):
        sim.client("s3").complete_multipart_upload(**done)
    assert sim.state()["buckets"][0]["objects"] == []
    assert sim.client("s3", retries=1).complete_multipart_upload(**done)["ETag"]
    assert sim.requests()["CompleteMultipartUpload"] == 3


def test_complete_keeps_alive_with_white_space(sim):
    s3 = sim.client("s3")
    done = multipart(s3)
    sim.faults({"action": "CompleteMultipartUpload", "kind": "delay", "delay_ms": 500})
    started = time.monotonic()
    assert s3.complete_multipart_upload(**done)["ETag"].endswith('-1"')
    assert time.monotonic() - started >= 0.5


@pytest.mark.parametrize("row, why", [
    ({"kind": "error"}, "code"), ({"action": "CopyImage"}, "kind"), ({"kind": "no-such"}, "kind"),
    ({"kind": "throttle", "colour": "red"}, "colour"), ({"kind": "delay", "nth": "x"}, "nth")])
def test_faults_that_make_no_sense(start_sim, write_json, row, why):
    path = write_json({"faults": [row]})
    run = subprocess.run([BUILD / "tatami-sim", "--faults", path], capture_output=True, text=True)
    assert run.returncode == 1 and why in run.stderr and run.stderr.count("\n") == 1


def test_faults_from_a_file(start_sim, write_json):
    sim = start_sim("--faults", write_json({"faults": [{"kind": "throttle"}]}))
    assert code(sim.client("sts").get_caller_identity) == "Throttling"


def test_token_buckets_refill_in_simulated_time(sim):
    sim.clock(stop=True)
    ec2 = sim.client("ec2")
    spent = [code(ec2.describe_regions) for _ in range(102)]
    assert spent[:100] == [None] * 100
    assert spent[100:] == ["RequestLimitExceeded"] * 2
    assert code(sim.client("ec2", "eu-west-1").describe_regions) is None
    sim.clock(step=0.1)
    assert [code(ec2.describe_regions) for _ in range(3)] == [None, None, "RequestLimitExceeded"]


def test_latency_comes_to_all_at_once(start_sim):
    sim = start_sim("--latency-ms", 200)
    port = int(sim.url.rsplit(":", 1)[1])
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    started = time.monotonic()
    for connection in held:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    for connection in held:
        assert connection.recv(4096).startswith(b"HTTP/1.1 403")
        connection.close()
    assert 0.2 <= time.monotonic() - started < 20 * 0.2


@pytest.mark.parametrize("options", [["--quic"], ["--tls=1"], ["--port"], ["--port", "x"], ["--port", "70000"],
                                     ["--speed", "0"], ["--discard=1"], ["stray"]])
def test_wrong_usage(options):
    run = subprocess.run([BUILD / "tatami-sim", *options], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "") and run.stderr.count("\n") == 1


def test_listens_on_loopback_only(sim):
    port = int(sim.url.rsplit(":", 1)[1])
    listening = [line.split()[1] for line in open("/proc/net/tcp").readlines()[1:]
                 if line.split()[3] == "0A"]
    assert f"0100007F:{port:04X}" in listening and f"00000000:{port:04X}" not in listening


def test_ends_with_its_parent():
    parent = subprocess.Popen(
        ["/bin/sh", "-c", f"{BUILD}/tatami-sim --die-with-parent & echo $!; wait"],
        stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    url = parent.stdout.readline().split()[-1]
    parent.kill()
    parent.wait()
    port = int(url.rsplit(":", 1)[1])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            break
        except ConnectionResetError:
            continue
    else:
        os.kill(pid, signal.SIGTERM)
        pytest.fail("the simulator outlived its parent")
    parent.stdout.close()


def test_ends_while_requests_hang(start_sim):
    sim = start_sim()
    sim.faults({"kind": "hang", "count": 0})
    port = int(sim.url.rsplit(":", 1)[1])
    threads = [threading.Thread(target=lambda: pytest.raises(
        Exception, sim.client("sts").get_caller_identity)) for _ in range(4)]
    for thread in threads:
        thread.start()
    while sim.ask("faults")["faults"][0]["hits"] < 4:
        pass
    sim.process.terminate()
    assert sim.process.wait(timeout=5) == 0
    for thread in threads:
        thread.join()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port))


def test_many_connections_at_once(sim):
    port = int(sim.url.rsplit(":", 1)[1])
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    assert sim.client("sts").get_caller_identity()
    for connection in held:
        connection.sendall(b"GET /_sim/clock HTTP/1.1\r\nHost: x\r\n\r\n")
    for connection in held:
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        connection.close()
