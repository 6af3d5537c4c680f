"""Finding the way to AWS: proxies, certificates, endpoints, attempts, files, as the AWS CLI's variables say it."""

import select
import socket
import subprocess
import threading

import pytest

from release_tools import KEY, PROGRAM, SECRET, Sim, environment

KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


class Proxy:
    """A proxy that tunnels (CONNECT), and answers anything else with a page of its own."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.heads = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = client.recv(4096)
            if not chunk:
                return
            head += chunk
        self.heads.append(head.decode())
        method, target = head.split(b" ")[:2]
        if method != b"CONNECT":
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>")
            client.close()
            return
        host, port = target.decode().rsplit(":", 1)
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {client: server, server: client}
        while True:
            for end in select.select(list(ends), [], [])[0]:
                chunk = end.recv(65536)
                if not chunk:
                    client.close()
                    server.close()
                    return
                ends[end].sendall(chunk)


class TlsSim(Sim):
    def __init__(self, *options):
        super().__init__("--tls", *options)


@pytest.fixture(scope="module")
def tls():
    sim = TlsSim()
    yield sim
    sim.stop()


@pytest.fixture
def proxy():
    started = Proxy()
    yield started
    started.socket.close()


@pytest.fixture
def plain():
    sim = Sim()
    yield sim
    sim.stop()


def whoami(*arguments, **env):
    env = {**environment(AWS_REGION="us-east-1", **KEYS), **env}
    return subprocess.run([PROGRAM, "whoami", *arguments], env={k: v for k, v in env.items() if v is not None},
                          capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)


def test_certificates(tls, tmp_path):
    """Nothing goes without: no option leaves TLS unverified."""
    where = {"AWS_ENDPOINT_URL": tls.url, "AWS_MAX_ATTEMPTS": "1"}
    assert whoami(**where, AWS_CA_BUNDLE=tls.ca).returncode == 0
    assert whoami("--ca-bundle", tls.ca, **where).returncode == 0
    config = tmp_path / "config"
    config.write_text(f"[default]\nca_bundle = {tls.ca}\n")
    assert whoami(**where, AWS_CONFIG_FILE=str(config)).returncode == 0
    done = whoami(**where)
    assert done.returncode == 1 and "certificate" in done.stderr and done.stderr.count("\n") == 1
    assert whoami(**where, AWS_CA_BUNDLE="/no/such/file").returncode == 2
    assert whoami("--no-verify-ssl", **where).returncode == 2


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_proxies(tls, proxy, name):
    where = {"AWS_ENDPOINT_URL": tls.url, "AWS_CA_BUNDLE": tls.ca, name: proxy.url}
    assert whoami(**where).returncode == 0
    assert proxy.heads and all(head.startswith("CONNECT 127.0.0.1:") for head in proxy.heads)
    # Keys and signatures are inside the tunnel.
    assert not any(word in head.lower() for head in proxy.heads for word in ("authorization", "x-amz", KEY.lower()))
    proxy.heads.clear()
    for exception in ("127.0.0.1", "example.com,127.0.0.1", "*"):
        assert whoami(**where, NO_PROXY=exception).returncode == 0
    assert not proxy.heads


def test_a_proxy_that_answers_itself(plain, proxy):
    """Its page is no word of AWS's."""
    done = whoami(AWS_ENDPOINT_URL=plain.url, http_proxy=proxy.url)
    assert done.returncode == 1 and "403" in done.stderr and done.stderr.count("\n") == 1
    assert "<html>" not in done.stderr


@pytest.mark.parametrize("env, attempts", [
    ({}, 3), ({"AWS_MAX_ATTEMPTS": "2"}, 2), ({"AWS_RETRY_MODE": "legacy"}, 5), ({"AWS_RETRY_MODE": "adaptive"}, 3),
    ({"AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "1"}, 1)])
def test_attempts(plain, env, attempts):
    plain.faults({"action": "GetCallerIdentity", "kind": "error", "code": "InternalError", "status": 500, "count": 0})
    assert whoami(AWS_ENDPOINT_URL=plain.url, TATAMI_CLOCK="1000", **env).returncode == 1
    assert plain.count("GetCallerIdentity") == attempts


def test_settings_that_make_no_sense(plain):
    for env in ({"AWS_RETRY_MODE": "brave"}, {"AWS_MAX_ATTEMPTS": "none"}, {"AWS_REGION": "us-eest-1"}):
        done = whoami(AWS_ENDPOINT_URL=plain.url, **env)
        assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_files_and_regions(plain, tmp_path):
    """AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_DEFAULT_REGION, AWS_PROFILE before AWS_DEFAULT_PROFILE."""
    none = {name: None for name in (*KEYS, "AWS_REGION")}
    (tmp_path / "c").write_text(f"[profile a]\nregion = eu-west-2\nendpoint_url = {plain.url}\n[profile b]\n")
    (tmp_path / "s").write_text(f"[a]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    files = {"AWS_CONFIG_FILE": str(tmp_path / "c"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "s")}
    assert whoami(**none | files, AWS_PROFILE="a", AWS_DEFAULT_PROFILE="b").returncode == 0
    assert plain.count("GetCallerIdentity", "eu-west-2") == 1
    assert whoami(**none | files, AWS_DEFAULT_PROFILE="a", AWS_DEFAULT_REGION="eu-west-3").returncode == 0
    assert plain.count("GetCallerIdentity", "eu-west-3") == 1
    assert whoami("--profile", "a", "--region", "eu-north-1", **none | files).returncode == 0
    assert plain.count("GetCallerIdentity", "eu-north-1") == 1
    ignored = whoami(**none | files, AWS_PROFILE="a", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true", AWS_MAX_ATTEMPTS="1",
                     https_proxy="http://127.0.0.1:9")
    assert ignored.returncode == 1 and plain.count("GetCallerIdentity") == 3
