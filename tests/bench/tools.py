"""What all benches share: processes, a world to release into, and the rows of the table."""

import dataclasses
import http.client
import json
import os
import pathlib
import resource
import ssl
import subprocess
import time

MIB = 1 << 20
BUCKET, HOME = "tatami-bench", "us-east-1"
KEY, SECRET = "AKIATATAMISIM", "simulated-secret"


@dataclasses.dataclass
class Row:
    """One figure; `against` says what `limit` is: a budget, or the same figure of a peer in the same run. A budget that
    `binds`, a count and no time, must hold on every machine."""

    name: str
    figure: float
    unit: str
    against: str = ""
    limit: float | None = None
    binds: bool = False

    @property
    def ratio(self):
        return self.figure / self.limit if self.limit else None

    @property
    def broken(self):
        return self.binds and self.figure > self.limit


def environment(folder, url, **more):
    """The caller's own, without a word about AWS but the simulator's address and keys."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "TATAMI", "XDG_")) and not name.lower().endswith("_proxy")}
    return {**kept, "AWS_ENDPOINT_URL": url, "AWS_REGION": HOME, "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_CONFIG_FILE": "/nonexistent",
            "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
            "TZ": "UTC", "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": str(folder), **more}


class Sim:
    """A simulator whose world holds one bucket, and what `world` adds; asked over one kept connection. With --tls `ca`
    is its certificate's file."""

    def __init__(self, build, folder, *options, world=None):
        path = pathlib.Path(folder) / "world.json"
        path.write_text(json.dumps({"buckets": [{"name": BUCKET, "region": HOME}], **(world or {})}))
        self.process = subprocess.Popen(
            [build / "tatami-sim", "--port", "0", "--die-with-parent", "--seed", "3", "--world", path,
             *map(str, options)], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.ca, address = None, self.url.partition("://")[2]
        if self.url.startswith("https"):
            self.ca = self.process.stdout.readline().split()[-1]
            context = ssl.create_default_context(cafile=self.ca)
            self.connection = http.client.HTTPSConnection(address, timeout=60, context=context)
        else:
            self.connection = http.client.HTTPConnection(address, timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def ask(self, path, body=None):
        text = None if body is None else json.dumps(body)
        self.connection.request("GET" if body is None else "POST", f"/_sim/{path}", text)
        return json.load(self.connection.getresponse())

    def count(self, action):
        """How often it was asked in all regions."""
        return sum(row["count"] for row in self.ask("requests")["requests"] if row["action"] == action)

    def public_images(self):
        return sum({"group": "all"} in image["launchPermission"] for image in self.ask("state")["images"])


def make_image(path, mib):
    """A raw disk of that many MiB without a hole."""
    noise = os.urandom(MIB)
    with open(path, "wb") as file:
        for _ in range(mib):
            file.write(noise)
    return path


def image_arguments(folder, *sizes_mib):
    """PATHs of disks of these sizes, so labelled that their AMIs have different names."""
    return [f"{make_image(folder / f'disk{n}.raw', mib)},arch=x86_64,boot-mode=uefi,label={n}"
            for n, mib in enumerate(sizes_mib)]


def release_arguments(folder, paths, *more):
    return ["release", *map(str, paths), "--release", "bench/1", "--name", "bench/{label}", "--bucket", BUCKET,
            "--home", HOME, "--public", "--state", str(folder / "state"), *more]


def run_measured(command, **options):
    """Runs it to its end: (wall seconds, CPU seconds, largest RSS in bytes). The measuring is done in a process of its
    own, so that what all children used is what this one used."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.monotonic()
        status = subprocess.run(command, check=False, **options).returncode
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = status, time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        status, *told = json.load(file)
    os.waitpid(child, 0)
    assert status == 0, f"{command[0]} ended with {status}"
    return told
