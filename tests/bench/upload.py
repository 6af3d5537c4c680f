"""An S3 upload over plain HTTP (where the AWS CLI hashes twice), taking turns."""

import pathlib
import shutil
import statistics
import subprocess
import tempfile

from tools import BUCKET, HOME, MIB, Row, Sim, environment, make_image, release_arguments, run_measured

FILE_MIB = 512
TURNS = 3
SPEED = 10000  # so that what follows the upload takes no time
PEER = "/usr/bin/aws"
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def measure_tatami(build, folder, sim, turn):
    """A whole release in one region: what is not upload is a few calls."""
    state = folder / f"turn{turn}"
    paths = [f"{folder / 'disk0.raw'},arch=x86_64,boot-mode=uefi,label={turn}"]
    command = [build / "tatami", *release_arguments(state, paths, "--regions", HOME, "--yes", "--json")]
    return run_measured(command, env=environment(folder, sim.url, TATAMI_CLOCK=str(SPEED)), cwd=folder, **QUIET)


def measure_peer(folder, sim, turn):
    command = [PEER, "--endpoint-url", sim.url, "s3", "cp", "--quiet", str(folder / "disk0.raw"),
               f"s3://{BUCKET}/turn{turn}"]
    return run_measured(command, env=environment(folder, sim.url), cwd=folder, **QUIET)


def medians(runs):
    """Of (wall seconds, CPU seconds, bytes): CPU seconds a GiB, MiB of memory, MB a second."""
    wall_s, cpu_s, rss = (statistics.median(values) for values in zip(*runs))
    return cpu_s * 1024 / FILE_MIB, rss / MIB, FILE_MIB * MIB / 1e6 / wall_s


def rows_of(build):
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name:
        folder = pathlib.Path(name)
        make_image(folder / "disk0.raw", FILE_MIB)
        with Sim(build, folder, "--speed", SPEED, "--discard") as sim:
            for turn in range(TURNS):
                ours.append(measure_tatami(build, folder, sim, turn))
                if shutil.which(PEER):
                    theirs.append(measure_peer(folder, sim, turn))
    names = ("S3 upload: client CPU", "s/GiB"), ("S3 upload: client memory", "MiB"), ("S3 upload: speed", "MB/s")
    peer = medians(theirs) if theirs else [None] * 3
    against = "aws s3 cp" if theirs else ""
    for (what, unit), figure, limit in zip(names, medians(ours), peer):
        yield Row(what, figure, unit, against, limit)
