"""Starts a tatami-sim for a test and lets it be asked and told what /_sim/ offers."""

import json
import os
import pathlib
import re
import ssl
import subprocess
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config

BUILD = pathlib.Path(os.environ.get("TATAMI_BUILD", "build"))
KEYS = {"aws_access_key_id": "AKIATATAMISIM", "aws_secret_access_key": "simulated-secret"}


class Sim:
    """One simulator process."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [BUILD / "tatami-sim", "--port", "0", "--die-with-parent", *map(str, options)],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert re.match(r"listening on https?://127\.0\.0\.1:\d+$", line), line
        self.url = line.split()[-1]
        self.ca = None  # the file with the certificate of its own authority
        if self.url.startswith("https"):
            self.ca = self.process.stdout.readline().strip().removeprefix("CA certificate in ")

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=10) == 0
        self.process.stdout.close()

    def ask(self, path, body=None, method=None):
        """One request to /_sim/: JSON in, JSON out."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + "/_sim/" + path, data=data,
            method=method or ("GET" if data is None else "POST"))
        context = self.ca and ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(request, timeout=60, context=context) as answer:
            return json.load(answer)

    def state(self):
        return self.ask("state")

    def requests(self):
        """{action: count}, over all regions."""
        counts = {}
        for row in self.ask("requests")["requests"]:
            counts[row["action"]] = counts.get(row["action"], 0) + row["count"]
        return counts

    def faults(self, *rows):
        return self.ask("faults", {"faults": list(rows)})["faults"]

    def clock(self, **change):
        return self.ask("clock", change or None)

    def blocks(self, **what):
        (kind, name), = what.items()
        return self.ask(f"blocks?{kind}={name}")

    def reset(self):
        return self.ask("reset", {})

    def client(self, service, region="us-east-1", keys=None, retries=0, **config):
        """A boto3 client that takes nothing from the user's own AWS settings and leaves it to the simulator to judge
        parameters."""
        return boto3.session.Session(**(keys or KEYS), region_name=region).client(
            service, endpoint_url=self.url, verify=self.ca,
            config=Config(**{"retries": {"max_attempts": retries}, "read_timeout": 20,
                             "parameter_validation": False,
                             "s3": {"addressing_style": "path"}, **config}))


@pytest.fixture(autouse=True)
def no_user_settings(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def start_sim():
    """start_sim("--world", path...): a simulator with options of its own."""
    started = []

    def start(*options):
        started.append(Sim(*options))
        return started[-1]

    yield start
    for sim in started:
        sim.stop()


@pytest.fixture
def sim(start_sim):
    return start_sim("--seed", 7)


@pytest.fixture
def write_json(tmp_path):
    """Writes a JSON file for --world or --faults; gives its path."""

    def write(content, name="file.json"):
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return write
