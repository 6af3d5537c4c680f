"""What is refused, with which sentence and which exit status; and what stops a release that goes on later."""

import os
import signal
import stat
import subprocess

import pytest

from release_tools import BUCKET, BUILD, HOME, KEY, REGIONS, SECRET, until

AMI = "acme/1.0-x86_64-linux"
TAKEN = {"imageId": "ami-00000000000000001", "name": AMI}


def refused(site, run, status, *words):
    """It ended so, said those words, and AWS was asked for no change."""
    run.ended(status)
    for word in words:
        assert word in run.text, (word, run.text)
    assert site.sim.mutations() == {}
    assert "Traceback" not in run.text and "assert" not in run.text
    return run


def test_nobody_said_yes(site):
    run = refused(site, site.release("--public", yes=False, json=False), 4, AMI, "--yes")
    assert run.lines[-1]
    refused(site, site.release("--public", yes=False), 4)
    assert "Nothing to resume" in site.resume().ended(0).text


def test_no_bucket(site):
    refused(site, site.release("--via", "import", bucket=None), 2, "--bucket")


def test_what_is_not_of_the_direct_way(site):
    refused(site, site.release("--import-role", "mine", bucket=None), 2, "--import-role")
    refused(site, site.release("--kms-key", "alias/mine", bucket=None), 2, "alias")
    refused(site, site.release("--base", "acme/0"), 2, "--base")


def test_unknown_bucket(site):
    refused(site, site.release(bucket="no-such-bucket"), 1, "no-such-bucket")


def test_bucket_of_somebody_else(make_site):
    world = {"accounts": [{"id": "210987654321"}],
             "buckets": [{"name": BUCKET, "region": HOME, "account": "210987654321"}]}
    site = make_site(world=world)
    refused(site, site.release(), 1, BUCKET)


def test_bucket_elsewhere(site):
    refused(site, site.release("--home", "eu-west-1"), 2, HOME, "eu-west-1")


def test_unknown_region(site):
    refused(site, site.release(regions=[HOME, "eu-west-9"]), 2, "eu-west-9")


def test_missing_file(site):
    refused(site, site.release(paths=["no-such-file.raw,arch=x86_64"]), 1, "no-such-file.raw")


def test_unknown_architecture(site):
    refused(site, site.release(paths=[site.image()]), 2, "--arch")


def test_two_images_with_one_name(site):
    paths = [f"{site.image('a')},arch=arm64", f"{site.image('b')},arch=arm64"]
    refused(site, site.release(paths=paths), 2, "acme/1.0-aarch64-linux")


def test_qcow2(site):
    path = site.folder / "a.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", path, "4M"], check=True)
    refused(site, site.release(paths=[f"{path},arch=x86_64"]), 1, "qemu-img convert", str(path))


@pytest.mark.parametrize("region", [HOME, "ap-south-1"])
def test_name_is_taken(make_site, region):
    site = make_site(world={"images": [{**TAKEN, "region": region}]})
    refused(site, site.release("--public"), 4, AMI, TAKEN["imageId"], region)


def test_name_is_taken_where_the_release_does_not_go(make_site):
    site = make_site(world={"images": [{**TAKEN, "region": "us-west-2"}]})
    site.release().ended(0)


def test_wrong_secret(site):
    run = refused(site, site.release(env={"AWS_SECRET_ACCESS_KEY": "not-the-secret"}), 1, "SignatureDoesNotMatch")
    assert "not-the-secret" not in run.text


def test_unknown_key(site):
    refused(site, site.release(env={"AWS_ACCESS_KEY_ID": "AKIANOBODY"}), 1, "InvalidClientTokenId")


def test_no_keys(site):
    run = site.release(env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
    refused(site, run, 1, "credentials")


def test_no_answer(site):
    run = site.release(env={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    refused(site, run, 1, "127.0.0.1")


def session_key(token, expires_in_s):
    return {"keys": [{"id": "ASIATATAMISIM", "secret": SECRET, "session_token": token, "expires_in_s": expires_in_s}]}


def test_credentials_expire(site):
    """130 with a sentence; with new ones it goes on."""
    site.sim.ask("keys", session_key("first", 3600))
    env = {"AWS_ACCESS_KEY_ID": "ASIATATAMISIM", "AWS_SESSION_TOKEN": "first"}
    run = site.start_release("--public", env=env)
    assert run.wait_for_event(event="cell", region="eu-west-1", state="pending")
    site.sim.ask("keys", session_key("first", -1))
    run.finish().ended(130)
    assert "expired" in run.text and "new" in run.text
    site.sim.ask("keys", session_key("second", 3600))
    site.resume(env={**env, "AWS_SESSION_TOKEN": "second"}).ended(0)
    site.check_no_doubles()
    site.check_public()


@pytest.mark.smoke
def test_stopped(for_each):
    """By a signal, in any stage: 130, nothing is lost, and resume finishes."""
    events = [{"event": "disk", "state": "uploading"}, {"event": "disk", "state": "importing"},
              {"event": "cell", "state": "pending", "region": "eu-west-1"}]
    numbers = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
    for_each(check_stopped, [(number, event) for number in numbers for event in events])


def check_stopped(site, case):
    number, event = case
    site.sim.faults({"action": "UploadPart", "kind": "delay", "delay_ms": 200})
    run = site.start_release("--public")
    assert run.wait_for_event(**event)
    run.send(number)
    run.finish().ended(130)
    assert "tatami resume" in run.result["text"]
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_stopped_while_a_region_hangs(site):
    """What does not end by itself is cut off after a few seconds, and asked again by resume."""
    site.sim.faults({"action": "CopyImage", "region": "eu-west-1", "kind": "hang"})
    run = site.start_release("--public", "--stall", "300")
    until(lambda: site.sim.fault_hits() == [1])
    run.send(signal.SIGTERM)
    run.finish(deadline_s=15).ended(130)
    site.resume().ended(0)
    site.check_no_doubles()


def test_stopped_before_it_began(site):
    site.sim.faults({"action": "DescribeRegions", "kind": "delay", "delay_ms": 500})
    run = site.start_release("--public")
    until(lambda: site.sim.fault_hits() == [1])
    run.send(signal.SIGTERM)
    refused(site, run.finish(), 130)


def test_account_of_somebody_else(make_site):
    """A release does not go on in another account, where nothing of it is."""
    keys = [{"id": "AKIAOTHER", "secret": "other-secret"}]
    site = make_site(world={"accounts": [{"id": "210987654321", "keys": keys}]})
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="importing")
    run.kill()
    before = site.sim.mutations()
    run = site.resume(env={"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "other-secret"}).ended(4)
    assert "123456789012" in run.text and "210987654321" in run.text
    assert site.sim.mutations() == before
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_second_tatami(site):
    """The lock of a release is its process's: who comes second is told who was first."""
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="importing")
    for second in (site.resume(), site.resume("acme/1"), site.release("--public")):
        second.ended(4)
        assert str(run.process.pid) in second.text, second.text
    run.finish().ended(0)
    site.check_no_doubles()


def test_begun_again(site):
    run = site.start_release("--public")
    assert run.wait_for_event(event="disk", state="importing")
    run.kill()
    again = site.release("--public").ended(4)
    assert "tatami resume acme/1" in again.text
    site.resume().ended(0)
    site.check_no_doubles()
    assert "taken" in site.release("--public").ended(4).text


def test_nothing_to_resume(site):
    assert "Nothing to resume" in site.resume().ended(0).text
    site.release().ended(0)
    before = site.sim.requests()
    assert "Nothing to resume" in site.resume().ended(0).text
    assert "Nothing to resume" in site.resume("acme/1").ended(0).text
    assert site.sim.requests() == before


def test_two_unfinished(site):
    for name in ("acme/1", "acme/2"):
        run = site.start_release("--public", "--label", name[-1], name=name)
        assert run.wait_for_event(event="disk", state="importing")
        run.kill()
    both = site.resume().ended(2)
    assert "acme/1" in both.text and "acme/2" in both.text
    site.resume("acme/2").ended(0)
    site.resume().ended(0)
    assert "Nothing to resume" in site.resume().ended(0).text
    site.check_no_doubles(images=2, disks=2)


def test_state_folder_that_cannot_be(site):
    (site.folder / "file").write_text("")
    site.state = site.folder / "file" / "state"
    refused(site, site.release(), 1, str(site.state))


def test_output_that_cannot_be(site):
    """Said before anything is sent, not when all is done."""
    refused(site, site.release("--output", site.folder / "no-such-folder" / "manifest.json"), 2, "no-such-folder")


@pytest.fixture
def small_disk(site):
    """A function that fills the disk below the state folder and one that makes room."""
    marker = site.folder / "full"
    site.env |= {"LD_PRELOAD": str(BUILD / "tests" / "full.so"), "TATAMI_FULL": f"{site.state}:{marker}"}
    return marker.touch, marker.unlink


def test_disk_is_full_at_the_start(site, small_disk):
    fill, _ = small_disk
    fill()
    run = site.release("--public").ended(1)
    assert str(site.state) in run.text and "make room on the disk" in run.text
    assert site.sim.mutations() == {}


def test_disk_is_full_in_mid_release(site, small_disk):
    """Without a journal nothing leaves; with room again it goes on."""
    fill, make_room = small_disk
    run = site.start_release("--public", "--deprecate-after", "9", "--protect", "--share", "210987654321")
    assert run.wait_for_event(event="disk", state="importing")
    fill()
    run.finish().ended(130)
    assert "journal" in run.result["text"]
    make_room()
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_modes(site):
    """The state is its owner's alone."""
    site.release("--public").ended(0)
    assert stat.S_IMODE(os.stat(site.state).st_mode) == 0o700
    files = [path for path in site.state.rglob("*") if path.is_file()]
    assert {"journal.db", "log.jsonl"} <= {path.name for path in files}
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_no_secret_is_told(site):
    """Neither output nor state nor the process list holds the secret key or the session token."""
    token = "a-session-token-that-nobody-may-see"
    site.sim.ask("keys", session_key(token, 3600))
    site.sim.faults({"action": "CopyImage", "region": "eu-west-1", "kind": "error", "code": "UnauthorizedOperation",
                     "status": 403, "count": 0})
    env = {"AWS_ACCESS_KEY_ID": "ASIATATAMISIM", "AWS_SESSION_TOKEN": token}
    run = site.start_release("--public", "--trace", env=env)
    assert run.wait_for_event(event="disk", state="importing")
    command = open(f"/proc/{run.process.pid}/cmdline", "rb").read()
    run.finish().ended(3)
    told = [run.text.encode(), command] + [path.read_bytes() for path in site.state.rglob("*") if path.is_file()]
    assert len(told) > 3
    for text in told:
        for secret in (SECRET, token):
            assert secret.encode() not in text
    assert b"CopyImage" in b"".join(told)


def test_json_lines(site):
    """Every line is JSON of the form that is documented; the last is the result, also of a refusal."""
    run = site.release("--public").ended(0)
    for event in run.events[:-1]:
        assert {"time", "event"} <= event.keys()
        assert event["event"] in {"disk", "cell", "upload", "note", "release", "call", "error"}
    assert run.result["manifest"]["release"] == "acme/1"
    assert run.errors == []
    cells = [(event["region"], event["state"]) for event in run.events if event["event"] == "cell"]
    assert len(cells) == len(set(cells))
    assert {region for region, state in cells if state == "public"} == set(REGIONS)


def test_trace(site):
    """--trace tells of every call, with its request id."""
    run = site.release("--trace").ended(0)
    calls = [event for event in run.events if event["event"] == "call"]
    asked = sum(row["count"] for row in site.sim.requests())
    assert abs(len(calls) - asked) <= 1
    assert any("CopyImage" in call["text"] and call["region"] == "eu-west-1" for call in calls)


def test_read_only(site):
    """--read-only refuses before anything is begun."""
    site.release("--read-only").ended(4)
    assert site.sim.mutations() == {}
    site.release().ended(0)


def test_unknown_name_is_a_slip(site):
    site.resume("nobody").ended(2)
    site.release().ended(0)
    assert "nobody" in site.resume("nobody").ended(2).text
    site.resume("acme/1").ended(0)


def test_error_before_any_change(site):
    """Nothing was made: 1, not 3. Lease and plan have gone again."""
    site.sim.faults({"action": "HeadObject", "kind": "error", "code": "AccessDenied", "status": 403, "count": 0})
    site.release().ended(1)
    assert set(site.sim.mutations()) == {"PutObject", "DeleteObject"}
    assert site.sim.objects() == []


def test_stopped_while_the_upload_is_opened(site):
    """The answer comes after the stop: no part leaves."""
    site.sim.faults({"action": "CreateMultipartUpload", "kind": "delay", "delay_ms": 1500})
    run = site.start_release()
    until(lambda: site.sim.fault_hits() == [1])
    run.send(signal.SIGTERM)
    run.finish().ended(130)
    assert site.sim.count("UploadPart") == 0
    site.resume().ended(0)
    site.check_no_doubles()


def test_credentials_expire_during_the_upload(site):
    site.sim.ask("keys", session_key("first", 3600))
    env = {"AWS_ACCESS_KEY_ID": "ASIATATAMISIM", "AWS_SESSION_TOKEN": "first"}
    site.sim.faults({"action": "UploadPart", "kind": "delay", "delay_ms": 700})
    run = site.start_release("--connections", "1", env=env, paths=[f"{site.image('big', 40)},arch=x86_64"])
    until(lambda: site.sim.fault_hits() == [1])
    site.sim.ask("keys", session_key("first", -1))
    run.finish().ended(130)
    site.sim.ask("keys", session_key("second", 3600))
    site.resume(env={**env, "AWS_SESSION_TOKEN": "second"}).ended(0)
    site.check_no_doubles()



def test_key_and_bucket_are_named_in_no_file_name(site):
    site.release().ended(0)
    names = " ".join(path.name for path in site.state.rglob("*"))
    assert KEY not in names and BUCKET not in names
