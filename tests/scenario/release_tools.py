"""A release without a terminal against a simulator: how a test starts one, watches it, kills it, and asks what came
of it."""

import contextlib
import json
import os
import pathlib
import signal
import ssl
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from images import make_image

BUILD = pathlib.Path(os.environ.get("TATAMI_BUILD", "build")).resolve()
PROGRAM = pathlib.Path(os.environ.get("TATAMI", BUILD / "tatami")).resolve()
KEY, SECRET = "AKIATATAMISIM", "simulated-secret"
BUCKET, HOME = "tatami-demo", "us-east-1"
REGIONS = [HOME, "eu-west-1", "ap-south-1"]
SPEED = 1000
DEADLINE_S = 60


def environment(**more):
    """The tester's own, without a word about AWS."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "TATAMI", "XDG_")) and not name.lower().endswith("_proxy")}
    return {**kept, "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
            "AWS_EC2_METADATA_DISABLED": "true", "TZ": "UTC", **more}


class Sim:
    """One simulator process."""

    def __init__(self, *options):
        self.process = subprocess.Popen([BUILD / "tatami-sim", "--port", "0", "--die-with-parent", *map(str, options)],
                                        stdout=subprocess.PIPE, text=True, env=environment())
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.url = line.split()[-1]
        self.ca = None  # the file with the certificate of its own authority
        if self.url.startswith("https"):
            self.ca = self.process.stdout.readline().strip().removeprefix("CA certificate in ")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=20)
        self.process.stdout.close()
        assert status == 0

    def ask(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data=data,
                                         method=method or ("GET" if data is None else "POST"))
        context = self.ca and ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(request, timeout=DEADLINE_S, context=context) as answer:
            return json.load(answer)

    def state(self):
        return self.ask("state")

    def faults(self, *rows):
        return self.ask("faults", {"faults": list(rows)})["faults"]

    def fault_hits(self):
        return [row["hits"] for row in self.ask("faults")["faults"]]

    def clear_faults(self):
        self.ask("faults", method="DELETE")

    def clock(self, **change):
        return self.ask("clock", change or None)

    def requests(self):
        return self.ask("requests")["requests"]

    def count(self, action, region=None, done=False):
        """How often it was asked; with `done`, how often that was no error."""
        return sum(row["count"] - (row["errors"] if done else 0) for row in self.requests()
                   if row["action"] == action and region in (None, row["region"]))

    def mutations(self):
        """What was asked that changes something, refusals too."""
        return {row["action"]: row["count"] for row in self.requests() if row["mutating"]}

    def blocks(self, **what):
        (kind, name), = what.items()
        return {index: digest for index, digest in self.ask(f"blocks?{kind}={name}")["blocks"]}

    def images(self, **wanted):
        return [image for image in self.state()["images"] if wanted.items() <= image.items()]

    def uploads(self):
        return [upload for bucket in self.state()["buckets"] for upload in bucket["uploads"]]

    def objects(self):
        return [found for bucket in self.state()["buckets"] for found in bucket["objects"]]

    def staged(self):
        """Objects that hold a disk, not the plan or the lease of a release."""
        return [found for found in self.objects() if not found["key"].rpartition("/")[2].startswith("=")]


class Run:
    """One tatami process; its output is read as it comes."""

    def __init__(self, command, env, cwd, preexec=None):
        self.process = subprocess.Popen(command, env=env, cwd=cwd, text=True, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=preexec)
        self.lines, self.errors = [], []
        self.news = threading.Condition()
        self.pipes_ended = 0
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    def read(self, pipe, lines):
        for line in pipe:
            with self.news:
                lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.pipes_ended += 1
            self.news.notify_all()

    def wait_for(self, wanted, deadline_s=DEADLINE_S):
        """The first line of standard output that wanted(line) likes; None when the program ends without one."""
        end, seen = time.monotonic() + deadline_s, 0
        with self.news:
            while True:
                for line in self.lines[seen:]:
                    seen += 1
                    if wanted(line):
                        return line
                if self.pipes_ended == 2:
                    return None
                assert self.news.wait(end - time.monotonic()), f"nothing came:\n{self.text}"

    def wait_for_event(self, **wanted):
        """The first event with these fields; None when the program ends without one."""
        line = self.wait_for(lambda line: wanted.items() <= json.loads(line).items())
        return None if line is None else json.loads(line)

    def send(self, number):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill(self):
        self.send(signal.SIGKILL)
        return self.finish()

    def finish(self, deadline_s=DEADLINE_S):
        try:
            self.status = self.process.wait(timeout=deadline_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"it does not end:\n{self.text}") from None
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return self

    def ended(self, status):
        """Fails unless it ended with that status."""
        last = [line[:400] for line in [*self.lines[-5:], *self.errors[-5:]]]
        assert self.status == status, "\n".join([f"exit status {self.status}", *last])
        return self

    @property
    def text(self):
        return "\n".join(self.lines + self.errors)

    @property
    def events(self):
        return [json.loads(line) for line in self.lines]

    @property
    def result(self):
        last = self.events[-1]
        assert last["event"] == "result", last
        assert last["exit_status"] == self.status
        return last

    def failures(self):
        """What the cells and disks that failed say."""
        return [event for event in self.events if event["event"] == "error"]


class Site:
    """A simulator, a state folder and a few images."""

    def __init__(self, folder, speed=SPEED, world=None, seed=3, options=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.speed = folder, speed
        self.state = folder / "state"
        buckets = {"buckets": [{"name": BUCKET, "region": HOME}]}
        (folder / "world.json").write_text(json.dumps({**buckets, **(world or {})}))
        self.sim = Sim("--speed", speed, "--seed", seed, "--world", folder / "world.json", *options)
        self.env = environment(AWS_ENDPOINT_URL=self.sim.url, AWS_REGION=HOME, AWS_ACCESS_KEY_ID=KEY,
                               AWS_SECRET_ACCESS_KEY=SECRET, TATAMI_CLOCK=str(speed), HOME=str(folder))
        self.runs = []

    def stop(self):
        for run in self.runs:
            if run.process.poll() is None:
                run.kill()
        self.sim.stop()

    def image(self, name="a", mib=3, **more):
        return make_image(self.folder / f"{name}.raw", mib, **more)

    def start(self, *arguments, preexec=None, env=None):
        run = Run([PROGRAM, *map(str, arguments)], {**self.env, **(env or {})}, self.folder, preexec)
        self.runs.append(run)
        return run

    def run(self, *arguments, **more):
        return self.start(*arguments, **more).finish()

    def arguments(self, paths=None, regions=REGIONS, name="acme/1", bucket=BUCKET, yes=True, json=True, way="import"):
        """The command line of a usual release: one x86_64 image; its bytes go through the bucket, or `direct`."""
        bucket = bucket if way == "import" else None
        paths = paths or [f"{self.image()},arch=x86_64,boot-mode=uefi"]
        rows = [("--label", "1.0"), ("--release", name), ("--name", "acme/{label}-{system}"), ("--state", self.state)]
        rows += [("--bucket", bucket)] * (bucket is not None) + [("--regions", ",".join(regions or []))] * bool(regions)
        return ["release", *paths, *[word for row in rows for word in row], *["--yes"] * yes, *["--json"] * json]

    def start_release(self, *more, preexec=None, env=None, **arguments):
        return self.start(*self.arguments(**arguments), *more, preexec=preexec, env=env)

    def release(self, *more, preexec=None, env=None, **arguments):
        return self.start_release(*more, preexec=preexec, env=env, **arguments).finish()

    def resume(self, *more, **options):
        return self.run("resume", "--state", self.state, "--json", *more, **options)

    def two(self):
        """PATHs of an x86_64 and an arm64 image."""
        return [f"{self.image('a', 3)},arch=x86_64,boot-mode=uefi", f"{self.image('b', 9, seed=2)},arch=arm64"]

    def client(self, service, region=HOME):
        """A boto3 client that takes nothing from the user's own AWS settings."""
        session = boto3.session.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name=region)
        return session.client(service, endpoint_url=self.sim.url, config=Config(s3={"addressing_style": "path"}))

    def ec2(self, region, **parameters):
        """The answer to an EC2 action that this boto3 does not know; its XML as text."""
        body = urllib.parse.urlencode({"Version": "2016-11-15", **parameters})
        request = AWSRequest("POST", self.sim.url + "/", data=body, headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
        SigV4Auth(Credentials(KEY, SECRET), "ec2", region).add_auth(request)
        signed = urllib.request.Request(request.url, body.encode(), dict(request.headers))
        with urllib.request.urlopen(signed, timeout=DEADLINE_S) as answer:
            return answer.read().decode()

    # What every release that was finished must leave behind.

    def check_no_doubles(self, regions=REGIONS, images=1, disks=1, others=(), dead_tasks=0, unfinished=False):
        """One AMI an image and region, one import task and snapshot a disk, and nothing half done. `others` are ids of
        resources that were there before, `dead_tasks` imports that failed; the plan of an `unfinished` release stays in
        the bucket."""
        state = self.sim.state()
        amis = [i for i in state["images"] if i["imageId"] not in others and i["imageState"] != "deregistered"]
        cells = sorted((i["region"], i["name"]) for i in amis)
        assert len(cells) == len(set(cells)) == images * len(regions), cells
        assert {i["region"] for i in amis} == set(regions)
        assert len(state["importTasks"]) == disks + dead_tasks, state["importTasks"]
        used = {d["snapshotId"] for i in amis for d in i["blockDeviceMapping"] if "snapshotId" in d}
        have = {s["snapshotId"] for s in state["snapshots"]} - set(others)
        assert have == used, f"orphans: {have - used}"
        assert len(used) == disks * len(regions)
        left = self.sim.objects()
        assert self.sim.uploads() == [] and self.sim.staged() == []
        assert [found["key"].rpartition("/")[2] for found in left] == ["=plan.json"] * unfinished, left
        return amis

    def check_public(self, regions=REGIONS, images=1):
        public = [i for i in self.sim.images() if {"group": "all"} in i["launchPermission"]]
        assert sorted({i["region"] for i in public}) == sorted(regions)
        assert len(public) == images * len(regions)

    def check_private(self):
        state = self.sim.state()
        assert [i["imageId"] for i in state["images"] if {"group": "all"} in i["launchPermission"]] == []
        assert [s["snapshotId"] for s in state["snapshots"] if {"group": "all"} in s["createVolumePermission"]] == []


def until(look, deadline_s=DEADLINE_S):
    """Asks again and again until look() is true, and gives its value."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if value := look():
            return value
    raise AssertionError("it never came")
