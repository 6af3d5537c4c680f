"""versitygw, an S3 server in Go that checks signatures and checksums, and tatami's S3 client as a command."""

import datetime
import ipaddress
import os
import pathlib
import socket
import subprocess

import boto3
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recorder import Recorder
from release_tools import BUCKET, HOME, KEY, SECRET, environment, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TATAMI_BUILD", "build")).resolve()


class Gateway:
    """One server on loopback, with an empty bucket; `tls` is a pair of certificate and key."""

    def __init__(self, folder, *options, tls=None):
        self.port = free_port()
        for name in ("data", "meta"):
            (folder / name).mkdir()
        keys = ["--cert", tls[0], "--key", tls[1]] if tls else []
        command = [ROOT / "build" / "interop" / "bin" / "versitygw", "--port", f"127.0.0.1:{self.port}", "--access", KEY,
                   "--secret", SECRET, "--region", HOME, *keys, *options, "posix", "--sidecar", folder / "meta",
                   folder / "data"]
        self.log = open(folder / "log", "wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment())
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        until(self.listens)
        self.recorder = None if tls else Recorder(self.url)
        (folder / "data" / BUCKET).mkdir()

    def listens(self):
        assert self.process.poll() is None, "versitygw ended"
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except OSError:
            return False
        return True

    def stop(self):
        if self.recorder is not None:
            self.recorder.stop()
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def client(self):
        return client_of(self.url)

    def asked(self, *words):
        """Recorded requests whose method or target has all these words."""
        return [exchange for exchange in list(self.recorder.exchanges)
                if all(word in f"{exchange.method} {exchange.target}" for word in words)]


def client_of(url):
    return boto3.session.Session(KEY, SECRET, region_name=HOME).client(
        "s3", endpoint_url=url, config=Config(s3={"addressing_style": "path"}))


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def s3tool(url, *words, ok=True, **more):
    """Lines of what tatami's client says; with ok=False its error: kind, status, code, message."""
    env = environment(**{"AWS_ENDPOINT_URL": url, "AWS_REGION": HOME, "AWS_ACCESS_KEY_ID": KEY,
                         "AWS_SECRET_ACCESS_KEY": SECRET, "TATAMI_CLOCK": "100", **more})
    done = subprocess.run([BUILD / "tests" / "s3tool", *map(str, words)], env=env, capture_output=True, text=True,
                          timeout=120, check=False)
    assert (done.returncode == 0) == ok, done
    return done.stdout.splitlines() if ok else done.stderr.split(" ", 3)


def authority(folder, names=("localhost",)):
    """A certificate authority of its own, and a certificate of it for loopback: paths of CA, certificate, key."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def certificate(name, issuer, public, signer, extension):
        return (x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public)
                .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                .not_valid_after(now + datetime.timedelta(days=1)).add_extension(extension, critical=False)
                .sign(signer, hashes.SHA256()))

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = certificate(named("tests"), named("tests"), ca_key.public_key(), ca_key, x509.BasicConstraints(True, None))
    hosts = [x509.DNSName(name) for name in names] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    leaf = certificate(named("server"), named("tests"), key.public_key(), ca_key, x509.SubjectAlternativeName(hosts))
    files = {"ca.pem": ca.public_bytes(serialization.Encoding.PEM), "cert.pem": leaf.public_bytes(
        serialization.Encoding.PEM), "key.pem": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())}
    for name, text in files.items():
        (folder / name).write_bytes(text)
    return [folder / name for name in files]
