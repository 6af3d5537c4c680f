"""Reading a whole account: 34 regions at once, and 60,000 AMIs with 120,000 snapshots."""

import concurrent.futures
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree
import xml.parsers.expat

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from tools import HOME, KEY, SECRET, Row, Sim, environment

EC2 = "{http://ec2.amazonaws.com/doc/2016-11-15/}"
SELF = {"Owner.1": "self", "MaxResults": "1000"}
LISTS = [("DescribeImages", {**SELF, "IncludeDeprecated": "true", "IncludeDisabled": "true"}),
         ("DescribeSnapshots", SELF), ("DescribeImportSnapshotTasks", {})]
LATENCY_MS, PAGE_ROWS, PAGES, REGIONS = 80, 100, 3, 34
IMAGES, SNAPSHOTS = 60_000, 120_000
TIMES = 3


def ask(sim, region, parameters):
    """One signed request: the answer's bytes and how long it took."""
    body = urllib.parse.urlencode({"Version": "2016-11-15", **parameters})
    request = botocore.awsrequest.AWSRequest("POST", sim.url + "/", data=body, headers={
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(KEY, SECRET), "ec2", region).add_auth(request)
    signed = urllib.request.Request(request.url, body.encode(), dict(request.headers))
    start = time.monotonic()
    with urllib.request.urlopen(signed, timeout=120) as answer:
        return answer.read(), time.monotonic() - start


def pages_of(sim, region):
    """Every page that a region has to give, one after the other, and how long that took."""
    pages, seconds = [], 0.0
    for action, parameters in LISTS:
        token = None
        while token != "":
            more = {"NextToken": token} if token else {}
            page, took = ask(sim, region, {"Action": action, **parameters, **more})
            pages.append(page)
            seconds += took
            token = xml.etree.ElementTree.fromstring(page).findtext(f"{EC2}nextToken") or ""
    return pages, seconds


def regions_of(sim):
    page, _ = ask(sim, HOME, {"Action": "DescribeRegions"})
    return [item.text for item in xml.etree.ElementTree.fromstring(page).iter(f"{EC2}regionName")]


def expat_seconds(pages):
    """CPU seconds of expat alone: no handler is set, so that nothing of Python runs in it."""
    start = time.process_time()
    for page in pages:
        xml.parsers.expat.ParserCreate().Parse(page, True)
    return time.process_time() - start


def probe(build, folder, sim):
    """The best of a few runs, each figure by itself: the simulator shares the cores."""
    runs = []
    for _ in range(TIMES):
        done = subprocess.run([build / "tests" / "inventory_probe"], env=environment(folder, sim.url), check=True,
                              stdout=subprocess.PIPE, text=True)
        runs.append(json.loads(done.stdout))
    assert all(run["failed"] == 0 for run in runs), runs
    return {**runs[0], **{name: min(run[name] for run in runs) for name in ("first_s", "whole_s", "cpu_s")},
            "peak_bytes": max(run["peak_bytes"] for run in runs)}


class World(Sim):
    """A simulator with another world than the one bucket."""

    def __init__(self, build, folder, world, *options):
        path = pathlib.Path(folder) / "large.json"
        path.write_text(json.dumps(world))
        super().__init__(build, folder, *options, "--world", path)


def delay_rows(build, folder):
    """34 regions x 3 pages of 100 rows at 80 ms a page."""
    rows = REGIONS * PAGES * PAGE_ROWS
    world = {"generate": [{"images": rows, "snapshots": rows}], "pages": [{"rows": PAGE_ROWS, "short": False}]}
    with World(build, folder, world, "--latency-ms", LATENCY_MS) as sim:
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            taken = [seconds for _, seconds in pool.map(lambda region: pages_of(sim, region), regions_of(sim))]
        seen = probe(build, folder, sim)
    assert (seen["regions"], seen["images"], seen["snapshots"]) == (REGIONS, rows, rows), seen
    pages = 2 * PAGES + 1
    yield Row(f"{REGIONS} regions, {pages} pages at {LATENCY_MS} ms: first region", seen["first_s"], "s")
    yield Row(f"{REGIONS} regions, {pages} pages at {LATENCY_MS} ms: whole", seen["whole_s"], "s",
              "its pages alone", pages * LATENCY_MS / 1000)
    yield Row("the same, one region's pages by boto", max(taken), "s")
    yield Row("whole / slowest region's pages", seen["whole_s"] / (pages * LATENCY_MS / 1000), "", "budget", 1.2)


def size_rows(build, folder):
    with World(build, folder, {"generate": [{"images": IMAGES, "snapshots": SNAPSHOTS,
                                             "releaseTag": "tatami:release", "tags": {"Owner": "me"}}]}) as sim:
        pages = [page for region in regions_of(sim) for page in pages_of(sim, region)[0]]
        alone = min(expat_seconds(pages) for _ in range(TIMES))
        seen = probe(build, folder, sim)
    assert (seen["images"], seen["snapshots"]) == (IMAGES, SNAPSHOTS), seen
    what = f"{IMAGES} AMIs, {SNAPSHOTS} snapshots"
    yield Row(f"{what}: bytes", sum(map(len, pages)) / 1e6, "MB")
    yield Row(f"{what}: first region", seen["first_s"], "s")
    yield Row(f"{what}: whole, simulator included", seen["whole_s"], "s")
    yield Row(f"{what}: CPU", seen["cpu_s"], "s", "expat alone", alone)
    yield Row(f"{what}: CPU / expat alone", seen["cpu_s"] / alone, "", "budget", 2)
    yield Row(f"{what}: peak memory", seen["peak_bytes"] / 1e6, "MB", "budget", 200)


def rows_of(build):
    with tempfile.TemporaryDirectory(prefix="tatami-bench.") as name:
        folder = pathlib.Path(name)
        yield from delay_rows(build, folder)
        yield from size_rows(build, folder)
