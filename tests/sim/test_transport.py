"""How bytes travel: HTTPS by an own authority, delays, and bandwidth by connection and in all."""
import concurrent.futures
import contextlib
import json
import os
import pathlib
import socket
import ssl
import subprocess
import time

import pytest
from botocore.exceptions import SSLError
from ebs_tools import BLOCK, Ebs, block, digests

MB = 1_000_000


def seconds(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def test_https_is_trusted_by_its_own_authority_only(start_sim):
    sim = start_sim("--tls")
    assert sim.url.startswith("https://127.0.0.1:")
    assert sim.client("sts").get_caller_identity()["Account"] == "123456789012"
    sim.ca, known = None, sim.ca
    with pytest.raises(SSLError):
        sim.client("sts").get_caller_identity()
    sim.ca = known


@pytest.mark.parametrize("name, good", [("127.0.0.1", True), ("localhost", True),
                                        ("ec2.us-east-1.amazonaws.com", True), ("example.org", False)])
def test_the_certificate_is_for_loopback_and_awss_names_and_for_no_other(start_sim, name, good):
    sim = start_sim("--tls")
    context = ssl.create_default_context(cafile=sim.ca)
    port = int(sim.url.rsplit(":", 1)[1])
    with contextlib.nullcontext() if good else pytest.raises(ssl.SSLCertVerificationError):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=name) as secure:
                assert secure.version() == "TLSv1.3"


def test_the_authoritys_file_goes_with_the_program(start_sim):
    first, second = start_sim("--tls"), start_sim("--tls")
    assert first.ca != second.ca and pathlib.Path(first.ca).read_text().startswith("-----BEGIN CERTIFICATE-----")
    first.process.terminate()
    first.process.wait(timeout=10)
    assert not os.path.exists(first.ca) and os.path.exists(second.ca)


def test_the_aws_cli_trusts_it_by_the_file(start_sim):
    sim = start_sim("--tls")
    command = ["aws", "--endpoint-url", sim.url, "--region", "us-east-1", "ebs", "start-snapshot", "--volume-size", "1"]
    keys = {"AWS_ACCESS_KEY_ID": "AKIATATAMISIM", "AWS_SECRET_ACCESS_KEY": "simulated-secret"}
    done = subprocess.run(command, env={**os.environ, **keys, "AWS_CA_BUNDLE": sim.ca}, capture_output=True, text=True,
                          timeout=60, check=True)
    assert json.loads(done.stdout)["Status"] == "pending"


def test_a_snapshot_is_written_over_https(start_sim):
    ebs = Ebs(start_sim("--tls"))
    blocks = {index: block() for index in (0, 3, 4)}
    assert ebs.content(ebs.written(blocks)) == digests(blocks)


def test_answers_come_late(start_sim):
    sim = start_sim("--latency-ms", 500)
    client = sim.client("sts")
    client.get_caller_identity()
    assert 0.5 <= seconds(client.get_caller_identity) < 3
    assert seconds(sim.state) < 0.5


def test_delays_do_not_wait_for_each_other(start_sim):
    sim = start_sim("--latency-ms", 400)
    clients = [sim.client("sts") for _ in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        took = seconds(lambda: [*pool.map(lambda client: client.get_caller_identity(), clients)])
    assert 0.4 <= took < 6 * 0.4


def upload(sim, count):
    """Puts objects of 2 MB at once, each over a connection of its own."""
    clients = [sim.client("s3") for _ in range(count)]
    clients[0].create_bucket(Bucket="acme-images")
    data = os.urandom(2 * MB)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return seconds(lambda: [*pool.map(
            lambda n: clients[n].put_object(Bucket="acme-images", Key=str(n), Body=data), range(count))])


def test_a_connection_has_a_bandwidth(start_sim):
    """Four of them have it four times."""
    sim = start_sim("--connection-bytes-s", 2 * MB)
    assert 0.95 <= upload(sim, 4) < 3


def test_all_connections_share_a_bandwidth(start_sim):
    sim = start_sim("--total-bytes-s", 4 * MB)
    assert 1.45 <= upload(sim, 3) < 8


def test_what_is_read_has_a_bandwidth_too(start_sim):
    sim = start_sim("--connection-bytes-s", 4 * MB)
    upload(sim, 1)
    client = sim.client("s3")
    assert seconds(lambda: client.get_object(Bucket="acme-images", Key="0")["Body"].read()) >= 0.45


def test_a_block_is_read_at_that_pace(start_sim):
    ebs = Ebs(start_sim("--connection-bytes-s", MB))
    snapshot = ebs.written({0: block()})
    (row,) = ebs.ebs().list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]

    def read():
        token = {"SnapshotId": snapshot, **row}
        return ebs.ebs().get_snapshot_block(**token)["BlockData"].read()

    assert seconds(read) >= 0.9 * BLOCK / MB


def test_a_slow_simulator_ends_at_once(start_sim):
    """With a body on its way that takes minutes at this pace."""
    sim = start_sim("--connection-bytes-s", 1000)
    with socket.create_connection(("127.0.0.1", int(sim.url.rsplit(":", 1)[1])), timeout=10) as connection:
        head = b"PUT /images/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n"
        connection.sendall(head + bytes(200_000))
        sim.state()
        sim.process.terminate()
        assert seconds(lambda: sim.process.wait(timeout=10)) < 5
