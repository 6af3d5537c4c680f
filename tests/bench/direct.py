"""EBS direct over TLS: a disk into a snapshot, beside its peers and a plain libcurl loop, taking turns."""

import contextlib
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import boto3

from tools import HOME, KEY, MIB, SECRET, Row, Sim, environment

TURNS = int(os.environ.get("TATAMI_BENCH_TURNS", "3"))
FILE_MIB = int(os.environ.get("TATAMI_BENCH_MIB", "1024"))
BLOCK = 512 << 10
NO_QUOTA = {"accounts": [{"id": "123456789012", "quotas": {code: 100000 for code in (
    "L-AFAE1BE8", "L-1774F84A", "L-C125AE42", "L-028ACFB9")}}]}
FAST = "--speed", 200  # what is no upload takes no time; quotas are out of the way
FIXED = 4, 16, 64, 96, 128  # connections, for the comparison
PEER_WORKERS = 64


class Run:
    """One upload: seconds from the first block to the last, CPU seconds and, where known, the largest RSS."""

    def __init__(self, upload_s, usage, rss_mib=None):
        self.upload_s = upload_s
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self.rss_mib = rss_mib


def largest_rss_mib(process):
    """What wait4() says counts from before exec()."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) / 1024


def wait(process):
    """Its resource usage, once it has ended well."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage


def settings(folder, sim, **more):
    return environment(folder, sim.url, AWS_CA_BUNDLE=sim.ca, AWS_DEFAULT_REGION=HOME, **more)


def tatami(build, folder, sim, path, *options):
    """A release until its snapshot is complete; the rest is not the upload's."""
    state = folder / f"state-{time.monotonic_ns()}"
    disk = f"{path},arch=x86_64,boot-mode=uefi,label={time.monotonic_ns()}"
    command = [build / "tatami", "release", disk, "--release", state.name, "--name", "bench/{label}", "--via", "direct",
               "--home", HOME, "--regions", HOME, "--state", state, "--yes", "--json", *map(str, options)]
    process = subprocess.Popen(command, env=settings(folder, sim), cwd=folder, stdout=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    at, snapshot = {}, None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "disk":
            at.setdefault(event["state"], time.monotonic())
            snapshot = event.get("snapshot", snapshot)
        if event["event"] == "disk" and event["state"] == "pending":
            rss_mib = largest_rss_mib(process)
            process.terminate()
    process.stdout.close()
    status, usage = wait(process)
    assert "pending" in at, f"tatami ended with {status}"
    return Run(at["noting"] - at["putting"], usage, rss_mib), snapshot


def peer(folder, sim, path):
    command = [sys.executable, pathlib.Path(__file__).with_name("peer_boto3.py"), path,
               str(PEER_WORKERS)]
    process = subprocess.Popen(command, env=settings(folder, sim), stdout=subprocess.PIPE, text=True)
    told = json.load(process.stdout)
    process.stdout.close()
    status, usage = wait(process)
    assert status == 0
    return Run(told["upload_s"], usage)


def coldsnap(program, folder, sim, path):
    """Its whole run: it says nothing of when the blocks begin."""
    start = time.monotonic()
    process = subprocess.Popen([program, "--endpoint", sim.url, "upload", "--no-progress", path],
                               env=settings(folder, sim, SSL_CERT_FILE=sim.ca), stdout=subprocess.DEVNULL)
    status, usage = wait(process)
    assert status == 0, "coldsnap failed"
    return Run(time.monotonic() - start, usage)


def start_snapshot(sim):
    """One that takes blocks by now, its volume as large as any here."""
    client = boto3.client("ebs", region_name=HOME, endpoint_url=sim.url, verify=sim.ca, aws_access_key_id=KEY,
                          aws_secret_access_key=SECRET)
    snapshot = client.start_snapshot(VolumeSize=64, ClientToken=str(time.time_ns()))["SnapshotId"]
    time.sleep(0.1)
    return snapshot


def ceiling(build, folder, sim, path, threads=8):
    command = [build / "tests/ceiling", "ebs", sim.url, sim.ca, path, start_snapshot(sim), str(threads)]
    process = subprocess.Popen(command, env=settings(folder, sim), stdout=subprocess.PIPE, text=True)
    told = json.load(process.stdout)
    process.stdout.close()
    status, usage = wait(process)
    assert status == 0, "the ceiling's program failed"
    return Run(told["wall_s"], usage)


def blocks_of(path):
    """Index to SHA-256 of every block that is not zeros."""
    found, zeros = {}, bytes(BLOCK)
    with open(path, "rb") as file:
        for index, data in enumerate(iter(lambda: file.read(BLOCK), b"")):
            if data.ljust(BLOCK, b"\0") != zeros:
                found[index] = hashlib.sha256(data.ljust(BLOCK, b"\0")).hexdigest()
    return found


def check(build, folder, path, contents):
    """An untimed run whose every block is compared."""
    with Sim(build, folder, "--tls", *FAST, world=NO_QUOTA) as sim:
        _, snapshot = tatami(build, folder, sim, path)
        zeros = hashlib.sha256(bytes(BLOCK)).hexdigest()
        held = sim.ask(f"blocks?snapshot={snapshot}&sha256=no")["blocks"]
        there = {index: digest for index, digest in held if digest != zeros}
        wanted = blocks_of(contents)
        assert there == wanted, f"{path}: other blocks arrived"
        return len(wanted), sim.count("PutSnapshotBlock")


def turns(**runners):
    """Name to what each runner's runs gave, one after the other in turns."""
    runs = {name: [] for name in runners}
    for _ in range(TURNS):
        for name, runner in runners.items():
            runs[name].append(runner())
    return runs


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def comparison(name, runs):
    """Rows of one work: ours beside each other's, wall and CPU."""
    for other, label in ("peer", "boto3, 64 workers"), ("coldsnap", "coldsnap"), ("ceiling", "ceiling"):
        if other not in runs:
            yield Row(f"{name}: {other} does not run on this machine", 0, "")
            continue
        for what, unit in ("upload_s", "s"), ("cpu_s", "CPU s"):
            yield Row(f"{name}", median(runs["ours"], what), unit, label, median(runs[other], what))


def uploads(build, folder, name, path):
    """A work against everybody."""
    data, put = check(build, folder, path, path)
    yield Row(f"{name}: blocks put, and data blocks", put, "", "exactly", data, binds=True)
    with Sim(build, folder, "--tls", "--discard", *FAST, world=NO_QUOTA) as sim:
        runners = {"ours": lambda: tatami(build, folder, sim, path)[0], "peer": lambda: peer(folder, sim, path),
                   "ceiling": lambda: ceiling(build, folder, sim, path)}
        program = build / "peers/bin/coldsnap"
        with contextlib.suppress(OSError, AssertionError):
            coldsnap(program, folder, sim, path)
            runners["coldsnap"] = lambda: coldsnap(program, folder, sim, path)
        runs = turns(**runners)
    yield from comparison(name, runs)
    yield Row(f"{name}: memory", median(runs["ours"], "rss_mib"), "MiB")


def at_the_quota(build, folder, path):
    with Sim(build, folder, "--tls", "--discard") as sim:
        run, _ = tatami(build, folder, sim, path)
        rows = [row for row in sim.ask("requests")["requests"] if row["action"] == "PutSnapshotBlock"]
        blocks = pathlib.Path(path).stat().st_size // BLOCK
        yield Row("at AWS's quota: blocks a second", blocks / run.upload_s, "/s", "quota", 1000)
        yield Row("at AWS's quota: answers that were no success", sum(row["errors"] for row in rows), "")


def delays(build, folder, path):
    for delay_ms in 0, 20, 80:
        with Sim(build, folder, "--tls", "--discard", *FAST, "--latency-ms", delay_ms, world=NO_QUOTA) as sim:
            ours = {str(n): lambda n=n: tatami(build, folder, sim, path, "--connections", n)[0] for n in FIXED}
            runs = turns(adapts=lambda: tatami(build, folder, sim, path)[0],
                         peer=lambda: peer(folder, sim, path), **ours)
        best = min(FIXED, key=lambda n: median(runs[str(n)], "upload_s"))
        yield Row(f"answers after {delay_ms} ms", median(runs["adapts"], "upload_s"), "s", f"best, {best} connections",
                  median(runs[str(best)], "upload_s"))
        yield Row(f"answers after {delay_ms} ms", median(runs["adapts"], "upload_s"), "s", "boto3, 64 workers",
                  median(runs["peer"], "upload_s"))


def formats(build, folder, raw):
    for name, convert in ("VHD, dynamic", ("vpc", "-o", "subformat=dynamic,force_size=on")), ("qcow2", ("qcow2",)):
        path = folder / f"disk.{convert[0]}"
        subprocess.run(["qemu-img", "convert", "-O", *convert, raw, path], check=True)
        check(build, folder, path, raw)
        with Sim(build, folder, "--tls", "--discard", *FAST, world=NO_QUOTA) as sim:
            runs = turns(ours=lambda: tatami(build, folder, sim, path)[0],
                         raw=lambda: tatami(build, folder, sim, raw)[0])
        yield Row(f"{name}, 1 GiB", median(runs["ours"], "upload_s"), "s", "raw", median(runs["raw"], "upload_s"))
        yield Row(f"{name}, 1 GiB: memory", median(runs["ours"], "rss_mib"), "MiB")
        path.unlink()


def memory(build, folder, small, noise):
    """64 connections; an image of 64 GiB with 384 MiB of data beside one of 1 GiB."""
    large = folder / "large.raw"
    with open(large, "wb") as file:
        file.truncate(64 << 30)
        for at in range(6):
            file.seek(at * (10 << 30))
            for _ in range(64):
                file.write(noise)
    with Sim(build, folder, "--tls", "--discard", *FAST, world=NO_QUOTA) as sim:
        runs = turns(small=lambda: tatami(build, folder, sim, small, "--connections", 64)[0],
                     large=lambda: tatami(build, folder, sim, large, "--connections", 64)[0])
    large.unlink()
    yield Row("memory, 64 connections, 1 GiB", median(runs["small"], "rss_mib"), "MiB", "limit", 32)
    yield Row("memory, 64 connections, 64 GiB sparse", median(runs["large"], "rss_mib"), "MiB", "limit", 32)


def rows_of(build):
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tatami-bench.")))
        noise = os.urandom(MIB)
        whole, sparse = folder / "whole.raw", folder / "sparse.raw"
        with open(whole, "wb") as file:
            for _ in range(FILE_MIB):
                file.write(os.urandom(MIB))
        with open(sparse, "wb") as file:
            file.truncate(4 * FILE_MIB * MIB)
            for at in range(8):
                file.seek(at * FILE_MIB * MIB // 2)
                for _ in range(FILE_MIB // 8):
                    file.write(os.urandom(MIB))
        yield from uploads(build, folder, "1 GiB random", whole)
        yield from uploads(build, folder, "4 GiB sparse, 1 GiB data", sparse)
        yield from at_the_quota(build, folder, whole)
        yield from delays(build, folder, whole)
        yield from formats(build, folder, whole)
        yield from memory(build, folder, whole, noise)
