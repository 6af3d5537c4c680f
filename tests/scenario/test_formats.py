"""Images of every format by EBS direct: the same snapshot as of the raw disk, whatever the file is; and what is refused
before anything is sent."""

import hashlib
import os
import pathlib
import re
import signal
import subprocess

import pytest

from images import blocks_of, digest_of
from release_tools import BUCKET, HOME, until
from test_direct import check_no_doubles, direct

SETTINGS = ",arch=x86_64,boot-mode=uefi"
FORMATS = {
    "d.qcow2": "qemu-img convert -O qcow2 {raw} {to}",
    "dynamic.vhd": "qemu-img convert -O vpc -o subformat=dynamic,force_size=on {raw} {to}",
    "flat.vmdk": "qemu-img convert -O vmdk -o subformat=monolithicFlat {raw} {to}",
    "d.raw.zst": "zstd -q {raw} -o {to}",
}


def convert(raw, name):
    to = raw.parent / name
    subprocess.run(FORMATS[name].format(raw=raw, to=to), shell=True, check=True)
    return to


def check_same(site, raw, sent=None):
    """One snapshot with the bytes of the raw disk, which cost no more than its data."""
    image, = site.sim.images()
    snapshot, = (d["snapshotId"] for d in image["blockDeviceMapping"])
    assert site.sim.blocks(snapshot=snapshot) == blocks_of(raw)
    assert image["tags"]["tatami:digest"] == digest_of(raw)
    if sent is None:
        assert site.sim.count("PutSnapshotBlock", done=True) == len(blocks_of(raw))
    check_no_doubles(site, [HOME])


def test_every_format_is_the_same_disk(for_each):
    def check(site, name):
        raw = site.image("disk", 24)
        direct(site, paths=[f"{convert(raw, name)}{SETTINGS}"], regions=[HOME]).ended(0)
        check_same(site, raw)

    for_each(check, list(FORMATS), at_once=2)


def from_pipe(command):
    """A preexec that makes what the command prints the standard input."""
    pipe = subprocess.Popen(command, stdout=subprocess.PIPE)
    return pipe, lambda: os.dup2(pipe.stdout.fileno(), 0)


@pytest.mark.parametrize("name", ["disk.raw", "d.raw.zst"])
def test_standard_input(site, name):
    raw = site.image("disk", 24)
    path = raw if name == "disk.raw" else convert(raw, name)
    pipe, preexec = from_pipe(["cat", path])
    direct(site, "--volume-size", "2", paths=[f"-{SETTINGS}"], regions=[HOME], preexec=preexec).ended(0)
    pipe.stdout.close()
    assert pipe.wait() == 0
    check_same(site, raw)
    assert site.sim.images()[0]["blockDeviceMapping"][0]["volumeSize"] == 2


def test_standard_input_as_the_readme_has_it(site):
    raw = site.image("disk", 4)
    readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
    options, = re.findall(r"`zstdcat disk\.raw\.zst \\\| tatami release - ([^`]*)`", readme)
    pipe, preexec = from_pipe(["cat", raw])
    direct(site, *options.split(), paths=["-"], regions=[HOME], preexec=preexec).ended(0)
    assert pipe.wait() == 0
    check_same(site, raw)


def test_standard_input_that_was_cut(for_each):
    """No snapshot of it is completed, and what helps then is named at once. A frame says its size by itself."""
    def check(site, case):
        command, words = case
        raw = site.image("disk", 4)
        subprocess.run(["zstd", "-q", "--stream-size", str(4 << 20), raw], check=True)
        pipe, preexec = from_pipe(["sh", "-c", command.format(raw=raw)])
        options = ["--volume-size", "1"] * ("zst" not in command)
        run = direct(site, *options, paths=[f"-{SETTINGS}"], regions=[HOME], preexec=preexec).ended(3)
        pipe.wait()
        assert any(words in failure["text"] for failure in run.failures()), run.text
        assert "`tatami cancel acme/1`" in run.text and "tries again" not in run.text, run.text
        assert site.sim.count("CompleteSnapshot") == 0

    for_each(check, [("head -c 3000001 {raw}", "was cut"), ("head -c 1000000 {raw}.zst", "breaks off")])


def test_a_sum_is_kept_on_resume(for_each):
    """The plan's file is sent or none."""
    def check(site, bucket):
        raw = site.image("disk", 60)
        more = () if bucket else ("--connections", "2")
        site.sim.faults({"action": "UploadPart" if bucket else "PutSnapshotBlock", "kind": "hang", "nth": 2, "count": 0})
        run = site.start_release("--sha256", *more, bucket=bucket, paths=[f"{raw}{SETTINGS}"], regions=[HOME])
        until(lambda: site.sim.fault_hits() > [0])
        run.kill()
        site.sim.clear_faults()
        old = raw.read_bytes()
        raw.write_bytes(bytes(512) + old[512:])
        said = site.resume().ended(3)
        assert any("the plan was made with" in failure["text"] for failure in said.failures()), said.text
        assert site.sim.images() == []
        raw.write_bytes(old)
        site.resume().ended(0)
        assert site.sim.images()[0]["tags"]["tatami:digest"] == digest_of(raw)

    for_each(check, [None, BUCKET])


def test_a_stream_is_read_again_from_its_start(site):
    raw = site.image("disk", 60)
    path = convert(raw, "d.raw.zst")
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 20, "count": 0})
    run = site.start_release(bucket=None, paths=[f"{path}{SETTINGS}"], regions=[HOME])
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    site.sim.clear_faults()
    site.resume().ended(0)
    check_same(site, raw, sent="more")


def test_standard_input_is_gone_with_its_run(site):
    raw = site.image("disk", 60)
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 5, "count": 0})
    pipe, preexec = from_pipe(["cat", raw])
    run = site.start_release("--volume-size", "1", bucket=None, paths=[f"-{SETTINGS}"], regions=[HOME], preexec=preexec)
    pipe.stdout.close()
    until(lambda: site.sim.fault_hits() > [0])
    run.kill()
    pipe.wait()
    site.sim.clear_faults()
    said = site.resume().ended(3)
    assert any("cannot be read again" in failure["text"] for failure in said.failures()), said.text
    site.run("cancel", "acme/1", "--state", site.state, "--yes").ended(0)
    assert site.sim.state()["snapshots"] == []


def children(process):
    return {int(child) for task in pathlib.Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text().split()}


def test_a_server_that_dies_is_one_sentence(site):
    raw = site.image("disk", 200)
    path = convert(raw, "d.qcow2")
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "delay", "delay_ms": 100, "count": 0})
    run = site.start_release("--connections", "2", bucket=None, paths=[f"{path}{SETTINGS}"], regions=[HOME])
    until(lambda: site.sim.fault_hits() > [0])
    server, = children(run.process.pid)
    os.kill(server, signal.SIGKILL)
    site.sim.clear_faults()
    run.finish().ended(3)
    assert any("qemu-nbd ended by signal 9" in failure["text"] for failure in run.failures()), run.text
    site.resume().ended(0)
    check_same(site, raw, sent="more")


def test_a_release_that_is_killed_leaves_no_server(site):
    path = convert(site.image("disk", 60), "d.qcow2")
    site.sim.faults({"action": "PutSnapshotBlock", "kind": "hang", "nth": 5, "count": 0})
    run = site.start_release(bucket=None, paths=[f"{path}{SETTINGS}"], regions=[HOME])
    until(lambda: site.sim.fault_hits() > [0])
    server, = children(run.process.pid)
    run.kill()
    until(lambda: not pathlib.Path(f"/proc/{server}").exists())


def test_what_is_refused(site):
    """With one sentence, and before the first mutating call."""
    raw = site.image("disk", 4)
    qcow2 = convert(raw, "d.qcow2")
    secret = site.image("secret", 4, seed=9)
    backed = site.folder / "backed.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", secret, "-F", "raw", backed], check=True)
    lies = site.folder / "lies.vmdk"
    lies.write_text('# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\n'
                    'createType="monolithicFlat"\nRW 4 FLAT "/etc/passwd" 0\n')
    sums = site.folder / "SHA256SUMS"
    sums.write_text(f"{hashlib.sha256(raw.read_bytes()).hexdigest()}  {raw.name}\n{'0' * 64}  {qcow2.name}\n")
    cut = site.folder / "cut.raw.zst"
    cut.write_bytes(convert(raw, "d.raw.zst").read_bytes()[:-1000])
    wrong = site.folder / "wrong.qcow2"
    wrong.write_bytes(raw.read_bytes())
    cases = [
        (1, "in another file", f"{backed}{SETTINGS}", {}, ()),
        (1, "another folder", f"{lies}{SETTINGS}", {}, ()),
        (1, "breaks off", f"{cut}{SETTINGS}", {}, ()),
        (1, "looks like RAW", f"{wrong}{SETTINGS}", {}, ()),
        (1, "qemu-img convert -O raw", f"{qcow2}{SETTINGS}", {"bucket": "tatami-demo"}, ()),
        (1, "zstd -d", f"{raw.parent / 'd.raw.zst'}{SETTINGS}", {"bucket": "tatami-demo"}, ()),
        (4, "says 0000", f"{qcow2}{SETTINGS}", {}, ("--sha256sums", sums)),
        (4, "no line for", f"{secret}{SETTINGS}", {}, ("--sha256sums", sums)),
    ]
    for status, words, path, more, options in cases:
        run = site.release(*options, paths=[path], **{"bucket": None, **more}).ended(status)
        assert words in run.text, run.text
    assert site.sim.mutations() == {}
    run = direct(site, "--sha256sums", sums, paths=[f"{raw}{SETTINGS}"], regions=[HOME]).ended(0)
    assert run.result["manifest"]["images"][0]["sha256"] == [hashlib.sha256(raw.read_bytes()).hexdigest()]
