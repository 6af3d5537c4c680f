#!/usr/bin/python3
"""Runs suites of tests and counts what really ran.

    tests/run.py BUILD:SUITE[,SUITE...] ...

BUILD is a build folder, SUITE one of the functions below. The last line is `N passed, N failed`, with `, N skipped`
behind it where a test could not run; a program that dies without a word counts as one failure.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTHON = ROOT / "build" / "python" / "bin" / "python"  # tests/python.sh makes it
INTEROP = ROOT / "build" / "interop" / "python" / "bin" / "python"  # tests/interop/install.sh makes it
FUZZ_RUNS = {None: 5000, "journal": 200, "keys": 500, "config": 1000, "image": 1000, "unpack": 1000}
LIMIT_S = 1800  # for one program; a suite that hangs is a failure, not a wait
WORKERS = len(os.sched_getaffinity(0)) + 1  # most tests wait for a clock or for each other's answers


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, passed, failed, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped


def run(command, environment):
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, timeout=LIMIT_S, text=True,
                              errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        return -1, f"{late.stdout or ''}\nno end after {LIMIT_S} s\n"


def taps(count, programs, environment):
    """Programs that speak the Test Anything Protocol, a name and a command each; some at a time."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        ended = pool.map(lambda program: run(program[1], environment), programs)
        for (name, _), (status, output) in zip(programs, ended):
            tap(count, name, status, output)


def tap(count, name, status, output):
    passed = len(re.findall(r"^ok\b(?!.*# SKIP)", output, re.M))
    skipped = len(re.findall(r"^ok\b.*# SKIP", output, re.M))
    failed = len(re.findall(r"^not ok\b", output, re.M))
    if status != 0 and failed == 0 or passed + failed + skipped == 0:
        failed += 1
    count.add(passed, failed, skipped)
    if failed:
        print(f"--- {name} (exit status {status})\n{output}", flush=True)


def pytest(count, name, environment, *arguments, python=PYTHON, workers=WORKERS):
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short",
                   *([f"-n{workers}"] if workers > 1 else []), f"--junitxml={report.name}", *arguments]
        status, output = run(command, environment)
        try:
            suites = [*xml.etree.ElementTree.parse(report.name).getroot().iter("testsuite")]
            total, failures, errors, skipped = (
                sum(int(suite.get(key)) for suite in suites)
                for key in ("tests", "failures", "errors", "skipped"))
            bad = failures + errors
        except xml.etree.ElementTree.ParseError:
            total, bad, skipped = 1, 1, 0
    if status not in (0, 1) and bad == 0:
        bad += 1
        total += 1
    count.add(total - bad - skipped, bad, skipped)
    if bad:
        print(f"--- {name} (exit status {status})\n{output}", flush=True)


def unit(count, build, environment):
    taps(count, [(p.name, [p]) for p in sorted((build / "tests").glob("*_test"))], environment)


def threads(count, build, environment):
    """The unit tests whose programs start threads."""
    names = ("clock", "aws_sim", "upload", "find", "wave", "rehearse", "inventory_reader", "usage", "keeper", "growth",
             "source_nbd", "source_cached")
    taps(count, [(name, [build / "tests" / f"{name}_test"]) for name in names], environment)


def sim(count, build, environment):
    pytest(count, "tests/sim", environment, "tests/sim")


def scenario(count, build, environment):
    pytest(count, "tests/scenario", environment, "tests/scenario")


def smoke(count, build, environment):
    """The scenarios marked so: one of each kind, for the slow sanitizer builds."""
    pytest(count, "tests/scenario -m smoke", environment, "tests/scenario", "-m", "smoke")


def interop(count, build, environment):
    """Client and simulator against what others wrote."""
    pytest(count, "tests/interop", environment, "tests/interop", python=INTEROP, workers=1)


def screens(count, build, environment):
    scripts = sorted(ROOT.glob("tests/screens/**/*.tt"))
    taps(count, [(s.relative_to(ROOT), [build / "tests" / "tt", s]) for s in scripts], environment)


def fuzz(count, build, environment):
    """Every fuzzer, for its corpus and as many inputs made of it as take a few seconds; the same ones each time."""
    for program in sorted((build / "tests").glob("*_fuzz")):
        name = program.name.removesuffix("_fuzz")
        runs = FUZZ_RUNS.get(name, FUZZ_RUNS[None])
        with tempfile.TemporaryDirectory() as new:  # what it finds interesting is written to the first folder
            status, output = run([program, f"-runs={runs}", "-seed=1", "-max_len=65536", "-timeout=60", "-verbosity=0",
                                  f"-artifact_prefix={program}.", new, ROOT / "tests" / "fuzz" / "corpus" / name],
                                 environment)
        count.add(status == 0, status != 0)
        if status != 0:
            print(f"--- {program.name} (exit status {status})\n{output}", flush=True)


SUITES = {f.__name__: f for f in (unit, threads, sim, scenario, smoke, interop, screens, fuzz)}


def environment_for(build):
    environment = {k: v for k, v in os.environ.items()
                   if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}
    environment |= {
        "TATAMI_BUILD": str(build),
        "TATAMI": str(build / "tatami"),
        "UIDEMO": str(build / "tests" / "uidemo"),
        "DEMO": str(ROOT / "build" / "demo"),
        "CMOCKA_MESSAGE_OUTPUT": "TAP",
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1:exitcode=99",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "TSAN_OPTIONS": "halt_on_error=1",
        "LC_ALL": "C.UTF-8",
    }
    return environment


def main(arguments):
    total = Count()
    for argument in arguments:
        folder, _, suites = argument.partition(":")
        build = (ROOT / folder).resolve()
        for name in suites.split(","):
            count, start = Count(), time.monotonic()
            SUITES[name](count, build, environment_for(build))
            print(f"{folder} {name}: {count.passed} passed, {count.failed} failed, "
                  f"{time.monotonic() - start:.0f} s", flush=True)
            total.add(count.passed, count.failed, count.skipped)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
