"""Every way to sign in, whole: `tatami whoami` with each source of credentials that the AWS CLI knows, against a
simulator at the addresses that AWS's variables name."""

import datetime
import hashlib
import json
import os
import pty
import re
import select
import shlex
import signal
import stat
import subprocess
import sys
import time

import botocore.session
import pytest
from botocore.credentials import AssumeRoleCredentialFetcher, SSOCredentialFetcher

from release_tools import KEY, PROGRAM, SECRET, Sim, environment

ACCOUNT = "123456789012"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example"
MFA = f"arn:aws:iam::{ACCOUNT}:mfa/me"
START_URL = "https://acme.awsapps.com/start"
CANARY = "canary-0f1e2d3c"


def trust(**more):
    return {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}, **more}]}


WORLD = {
    "roles": [
        {"name": "releaser", "trust": trust()},
        {"name": "guarded", "trust": trust(Condition={"StringEquals": {"sts:ExternalId": "acme-7"}})},
        {"name": "strict", "trust": trust(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})},
        {"name": "short", "trust": trust(), "sessionSeconds": 2},
        {"name": "ci", "trust": {"Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": PROVIDER}}]}},
        {"name": "machine", "trust": {}}, {"name": "Admin", "trust": {}}],
    "mfaDevices": [{"serial": MFA, "code": "123456"}],
    "identityTokens": [{"token": "idp." + CANARY, "provider": PROVIDER},
                       {"token": "old", "provider": PROVIDER, "expired": True}],
    "ssoSessions": [{"startUrl": START_URL, "accessToken": "access-" + CANARY, "clientId": "client",
                     "clientSecret": "secret-" + CANARY, "refreshToken": "refresh-" + CANARY,
                     "assignments": [{"account": ACCOUNT, "role": "Admin"}]}],
    "machines": [{"kind": "ec2", "role": "machine"}, {"kind": "ecs", "role": "machine"},
                 {"kind": "eks", "role": "machine", "authorization": "pod-" + CANARY}],
}


def role(name):
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


class Home:
    """A home folder with its .aws, and a simulator behind it."""

    def __init__(self, folder, sim):
        self.folder, self.sim = folder, sim
        (folder / ".aws").mkdir(parents=True)
        self.config("")

    def config(self, text):
        (self.folder / ".aws" / "config").write_text(
            "[profile base]\naws_access_key_id = %s\naws_secret_access_key = %s\n%s" % (KEY, SECRET, text))

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def environment(self, **more):
        env = {**environment(), "HOME": str(self.folder), "AWS_ENDPOINT_URL": self.sim.url, "AWS_REGION": "us-east-1",
               "AWS_DEFAULT_REGION": "us-east-1", "XDG_STATE_HOME": str(self.folder / "state"), **more}
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            del env[name]
        return {name: value for name, value in env.items() if value is not None}

    def run(self, *arguments, verb="whoami", **env):
        """Without a terminal: a session of its own has none."""
        done = subprocess.run([PROGRAM, verb, *arguments], env=self.environment(**env), capture_output=True, text=True,
                              timeout=60, stdin=subprocess.DEVNULL, start_new_session=True, check=False)
        assert CANARY not in done.stdout + done.stderr
        return done

    def whoami(self, *arguments, **env):
        done = self.run("--json", *arguments, **env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments, status=1, **env):
        done = self.run(*arguments, **env)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done
        return done.stderr

    def cache(self, kind="cli"):
        folder = self.folder / ".aws" / kind / "cache"
        return sorted(folder.iterdir()) if folder.exists() else []

    def asked(self, action):
        return sum(row["count"] for row in self.sim.requests() if row["action"] == action)


@pytest.fixture(scope="module")
def sim(tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "world.json"
    path.write_text(json.dumps(WORLD))
    simulator = Sim("--world", path)
    yield simulator
    simulator.stop()


@pytest.fixture
def home(tmp_path, sim):
    sim.ask("reset", {})
    return Home(tmp_path / "home", sim)


def iso(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_about(text, seconds):
    at = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    return abs((at - datetime.datetime.now(datetime.timezone.utc)).total_seconds() - seconds) < 120


# Roles

def test_a_role_of_a_source_profile(home):
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = base\nrole_session_name = me\n"
                "duration_seconds = 7200\n")
    who = home.whoami(AWS_PROFILE="r")
    assert who["identity"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/releaser/me"
    assert who["credentials"] == "role of the profile r" and who["account"] == ACCOUNT
    assert is_about(who["until"], 7200)
    assert "Until        20" in home.run("--profile", "r").stdout
    # What the first call got, the others found.
    assert home.asked("AssumeRole") == 1


def test_a_chain_of_roles_and_an_external_id(home):
    home.config(f"[profile outer]\nrole_arn = {role('guarded')}\nsource_profile = inner\nexternal_id = acme-7\n"
                f"[profile inner]\nrole_arn = {role('releaser')}\nsource_profile = base\n"
                f"[profile wrong]\nrole_arn = {role('guarded')}\nsource_profile = base\nexternal_id = acme-8\n")
    assert "/guarded/tatami-session-" in home.whoami(AWS_PROFILE="outer")["identity"]
    assert len(home.cache()) == 2 and home.asked("AssumeRole") == 2
    assert "AccessDenied" in home.refused(AWS_PROFILE="wrong")


def test_a_profile_that_is_its_own_source(home):
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = r\naws_access_key_id = {KEY}\n"
                f"aws_secret_access_key = {SECRET}\n")
    assert "/releaser/" in home.whoami(AWS_PROFILE="r")["identity"]


@pytest.mark.parametrize("text, words", [
    ("source_profile = r\n", "comes back to itself"),
    ("source_profile = s\n[profile s]\nrole_arn = x\nsource_profile = r\n", "comes back to itself"),
    ("source_profile = nobody\n", "nobody"), ("", "neither source_profile nor credential_source"),
    ("source_profile = base\ncredential_source = Environment\n", "both source_profile and credential_source"),
    ("credential_source = Moon\n", "Moon"), ("credential_source = Environment\n", "environment, which has none"),
    ("source_profile = empty\n[profile empty]\nregion = us-east-1\n", "no credentials")])
def test_roles_that_cannot_be(home, text, words):
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\n{text}")
    assert words in home.refused(AWS_PROFILE="r")


@pytest.mark.parametrize("source, env", [
    ("Environment", {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}),
    ("Ec2InstanceMetadata", {"AWS_EC2_METADATA_DISABLED": "false"}),
    ("EcsContainer", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "/v2/credentials/task"})])
def test_a_role_of_a_credential_source(home, source, env):
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\ncredential_source = {source}\n")
    env = {name: home.sim.url + value if value.startswith("/") else value for name, value in env.items()}
    who = home.whoami("--profile", "r", AWS_EC2_METADATA_SERVICE_ENDPOINT=home.sim.url, **env)
    assert "/releaser/" in who["identity"]


def test_the_cache_is_the_cli_s(home):
    """botocore finds what tatami wrote and the other way round, both under the same name; nobody else can read it."""
    home.config(f"[profile r]\nrole_arn = {role('guarded')}\nsource_profile = base\nexternal_id = acme-7\n"
                "role_session_name = me\nduration_seconds = 3600\n")
    home.whoami(AWS_PROFILE="r")
    [path] = home.cache()
    fetcher = AssumeRoleCredentialFetcher(None, None, role("guarded"), extra_args={
        "ExternalId": "acme-7", "RoleSessionName": "me", "DurationSeconds": 3600})
    assert path.name == fetcher._cache_key + ".json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    kept = json.loads(path.read_text())["Credentials"]
    assert set(kept) == {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    # As the CLI writes it.
    kept["Expiration"] = kept["Expiration"].replace("Z", "UTC")
    path.write_text(json.dumps({"Credentials": kept, "AssumedRoleUser": {}, "ResponseMetadata": {}}))
    assert home.whoami(AWS_PROFILE="r")["until"] == kept["Expiration"].replace("UTC", "Z")
    assert home.asked("AssumeRole") == 1
    # What ends within 15 minutes is got anew.
    kept["Expiration"] = iso(600)
    path.write_text(json.dumps({"Credentials": kept}))
    home.whoami(AWS_PROFILE="r")
    assert home.asked("AssumeRole") == 2


def test_no_link_is_followed(home):
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = base\n")
    home.whoami(AWS_PROFILE="r")
    [path] = home.cache()
    victim = home.folder / "victim"
    victim.write_text(path.read_text())
    path.unlink()
    path.symlink_to(victim)
    before = victim.read_text()
    home.whoami(AWS_PROFILE="r")
    assert home.asked("AssumeRole") == 2
    assert victim.read_text() == before and not path.is_symlink()
    # Nor is a folder that is a link written through.
    path.unlink()
    path.parent.rmdir()
    (home.folder / "elsewhere").mkdir()
    path.parent.symlink_to(home.folder / "elsewhere")
    home.whoami(AWS_PROFILE="r")
    assert not list((home.folder / "elsewhere").iterdir())


# MFA

def on_terminal(home, typed, *arguments, **env):
    """whoami on a terminal of its own; answers the question. Its status and all that stood there."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(PROGRAM, [str(PROGRAM), "whoami", *arguments], home.environment(**env))
    seen, asked, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                chunk = os.read(fd, 4096)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
        if not asked and b"MFA code of" in seen and seen.endswith(b": "):
            asked = True
            os.write(fd, typed)
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()


def mfa_profile(home):
    home.config(f"[profile m]\nrole_arn = {role('strict')}\nsource_profile = base\nmfa_serial = {MFA}\n")


def test_the_code_is_asked_for_and_not_shown(home):
    mfa_profile(home)
    status, seen = on_terminal(home, b"12345\x7f56\r", "--profile", "m")
    assert status == 0 and "/strict/" in seen and "123456" not in seen.replace(ACCOUNT, "")
    # The keys are kept: nobody is asked again.
    assert "/strict/" in home.whoami(AWS_PROFILE="m")["identity"]
    assert home.asked("AssumeRole") == 1


def test_wrong_codes(home):
    mfa_profile(home)
    status, seen = on_terminal(home, b"999999\r", "--profile", "m")
    assert status == 1 and "AccessDenied" in seen and "999999" not in seen
    status, seen = on_terminal(home, b"secret\r", "--profile", "m")
    assert status == 1 and "digits" in seen and "secret" not in seen
    for nothing in (b"\x03", b"\x04", b"\r"):
        assert on_terminal(home, nothing, "--profile", "m")[0] == 130


def test_without_a_terminal_one_sentence(home):
    mfa_profile(home)
    assert MFA in home.refused("--profile", "m", status=130)


# Web identity

def test_web_identity(home):
    path = home.write("token", f"idp.{CANARY}\n")
    env = {"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": role("ci"), "AWS_ROLE_SESSION_NAME": "run-7"}
    who = home.whoami(**env)
    assert who["identity"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/run-7" and is_about(who["until"], 3600)
    assert who["credentials"] == f"web identity in {path}"
    home.config(f"[profile ci]\nweb_identity_token_file = {path}\nrole_arn = {role('ci')}\n")
    assert "/ci/tatami-session-" in home.whoami("--profile", "ci")["identity"]


@pytest.mark.parametrize("token, arn, words", [
    ("old", "ci", "Token expired"), ("nobody", "ci", "InvalidIdentityToken"),
    ("idp." + CANARY, "releaser", "AccessDenied"), ("", "ci", "empty"), ("a\nb", "ci", "no token")])
def test_web_identities_that_are_refused(home, token, arn, words):
    path = home.write("token", token)
    done = home.run(AWS_WEB_IDENTITY_TOKEN_FILE=path, AWS_ROLE_ARN=role(arn))
    assert done.returncode in (1, 130) and words in done.stderr and done.stderr.count("\n") == 1
    assert "AWS_ROLE_ARN" in home.refused(AWS_WEB_IDENTITY_TOKEN_FILE=path)


# credential_process

def process(home, answer, status=0, end=""):
    script = home.write("helper.py", f"import sys\nsys.stderr.write('err {CANARY}')\nprint('''{answer}''')\n{end}\n"
                        f"sys.exit({status})\n")
    home.config(f"[profile p]\ncredential_process = {sys.executable} '{script}' --password \"{CANARY} x\"\n")


KEYS = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET}
LONG = "x" * 100000


def test_credential_process(home):
    process(home, json.dumps(KEYS))
    who = home.whoami("--profile", "p")
    assert who["credentials"] == "credential_process of the profile p" and who["until"] == ""
    process(home, json.dumps({**KEYS, "Expiration": iso(3000)}))
    assert is_about(home.whoami("--profile", "p")["until"], 3000)


@pytest.mark.parametrize("answer, status, words", [
    ({**KEYS, "Version": 2}, 0, "version"), ({"Version": 1, "AccessKeyId": CANARY}, 0, "SecretAccessKey"),
    (CANARY, 0, "no JSON"), (KEYS, 3, "failed"), ({**KEYS, "Expiration": "soon"}, 0, "Expiration"),
    ({**KEYS, "Expiration": "2020-01-01T00:00:00Z"}, 0, "expired"), (LONG, 0, "too much")], ids=range(7))
def test_processes_that_fail(home, answer, status, words):
    """Neither what it prints nor what it was called with stands in the sentence."""
    process(home, answer if isinstance(answer, str) else json.dumps(answer), status)
    done = home.run("--profile", "p")
    assert done.returncode in (1, 130) and words in done.stderr


def test_a_process_that_is_not_there(home):
    home.config(f"[profile p]\ncredential_process = /no/such/helper {CANARY}\n")
    assert "/no/such/helper" in home.refused("--profile", "p")
    home.config("[profile p]\ncredential_process = helper 'open\n")
    assert "quote" in home.refused("--profile", "p")


# SSO

def sso_key(text):
    return hashlib.sha1(text.encode()).hexdigest()


def log_in(home, name, seconds, **more):
    home.write(f".aws/sso/cache/{sso_key(name)}.json", json.dumps({
        "startUrl": START_URL, "region": "us-east-1", "accessToken": "access-" + CANARY, "expiresAt": iso(seconds),
        **more}))


def sso_profiles(home):
    home.config(f"[sso-session acme]\nsso_region = us-east-1\nsso_start_url = {START_URL}\n"
                f"[profile s]\nsso_session = acme\nsso_account_id = {ACCOUNT}\nsso_role_name = Admin\n"
                f"[profile other]\nsso_session = acme\nsso_account_id = {ACCOUNT}\nsso_role_name = Root\n"
                f"[profile legacy]\nsso_start_url = {START_URL}\nsso_region = us-east-1\nsso_account_id = {ACCOUNT}\n"
                "sso_role_name = Admin\n")


@pytest.mark.parametrize("profile, name", [("s", "acme"), ("legacy", START_URL)])
def test_sso(home, profile, name):
    sso_profiles(home)
    assert "aws sso login --" in home.refused("--profile", profile)
    log_in(home, name, 3600)
    who = home.whoami("--profile", profile)
    assert who["identity"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/person" and is_about(who["until"], 3600)
    assert who["credentials"] == f"SSO role Admin of the profile {profile}"
    fetcher = SSOCredentialFetcher(START_URL, "us-east-1", "Admin", ACCOUNT, None,
                                   sso_session_name="acme" if profile == "s" else None)
    assert [path.name for path in home.cache()] == [fetcher._cache_key + ".json"]


REFRESH = {"clientId": "client", "clientSecret": "secret-" + CANARY, "refreshToken": "refresh-" + CANARY,
           "registrationExpiresAt": iso(86400)}


def test_an_sso_token_is_renewed(home):
    sso_profiles(home)
    log_in(home, "acme", 60, **REFRESH)
    home.whoami("--profile", "s")
    [path] = home.cache("sso")
    kept = json.loads(path.read_text())
    assert home.asked("CreateToken") == 1 and is_about(kept["expiresAt"], 28800)
    assert kept["accessToken"] != "access-" + CANARY and kept["refreshToken"] == REFRESH["refreshToken"]
    assert set(kept) == {"startUrl", "region", "accessToken", "expiresAt", *REFRESH}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("seconds, more, words", [
    (-60, {}, "has ended"), (-60, {**REFRESH, "refreshToken": "gone"}, "has ended"),
    (-60, {**REFRESH, "registrationExpiresAt": iso(-1)}, "has ended"), (3600, {"accessToken": "unknown"}, "has ended")])
def test_sso_sessions_that_are_over(home, seconds, more, words):
    sso_profiles(home)
    log_in(home, "acme", seconds, **more)
    sentence = home.refused("--profile", "s", status=130)
    assert words in sentence and "aws sso login --sso-session acme" in sentence


def test_sso_roles_that_are_not_assigned(home):
    sso_profiles(home)
    log_in(home, "acme", 3600)
    assert "ForbiddenException" in home.refused("--profile", "other")
    home.config(f"[profile s]\nsso_session = none\nsso_account_id = {ACCOUNT}\nsso_role_name = Admin\n")
    assert "sso_start_url" in home.refused("--profile", "s")


# Containers and instances

def test_containers(home):
    env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": home.sim.url + "/v1/credentials"}
    path = home.write("pod-token", f"pod-{CANARY}")
    who = home.whoami(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=path, **env)
    assert "/machine/task" in who["identity"] and who["credentials"] == "container's endpoint"
    assert home.whoami(AWS_CONTAINER_AUTHORIZATION_TOKEN=f"pod-{CANARY}", **env)["until"]
    assert "status 401" in home.refused(AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong", **env)
    env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": home.sim.url + "/v2/credentials/task"}
    assert "/machine/task" in home.whoami(**env)["identity"]


@pytest.mark.parametrize("url", ["http://192.0.2.1/v1/credentials", "http://127.0.0.1@192.0.2.1/", "ftp://127.0.0.1/",
                                 "http://127.0.0.1.example/", "nothing"])
def test_container_addresses_that_keys_do_not_come_from(home, url):
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" in home.refused(AWS_CONTAINER_CREDENTIALS_FULL_URI=url)


def test_instance_metadata(home):
    env = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": home.sim.url, "AWS_EC2_METADATA_DISABLED": None}
    who = home.whoami(**env)
    assert "/machine/i-0123456789abcdef0" in who["identity"] and who["credentials"] == "EC2 instance metadata"
    assert "no AWS credentials" in home.refused(**{**env, "AWS_EC2_METADATA_DISABLED": "true"})


def test_the_region_of_the_machine(home):
    """Where nothing else says one; AWS_DEFAULT_REGION does."""
    env = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": home.sim.url, "AWS_EC2_METADATA_DISABLED": None, "AWS_REGION": None}
    for name, region in ((None, "eu-west-1"), ("ap-south-1", "ap-south-1")):
        home.sim.ask("reset", {})
        home.whoami(**env, AWS_DEFAULT_REGION=name)
        assert home.sim.count("GetCallerIdentity", region) >= 1
        assert home.asked("GetPlacement") == (name is None)
    home.sim.ask("reset", {})
    home.whoami("--profile", "base", **{**env, "AWS_EC2_METADATA_DISABLED": "true"}, AWS_DEFAULT_REGION=None)
    assert home.asked("GetPlacement") == 0


# Order, renewal, errors

def test_the_order(home):
    """What comes later is not looked at, and a profile that is named hides the environment's keys."""
    path = home.write("token", f"idp.{CANARY}")
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = base\n")
    env = {"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": role("ci"),
           "AWS_CONTAINER_CREDENTIALS_FULL_URI": home.sim.url + "/v2/credentials/task"}
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    assert home.whoami(AWS_PROFILE="r", **env, **keys)["credentials"] == "environment"
    assert home.whoami("--profile", "r", **env, **keys)["credentials"] == "role of the profile r"
    assert home.whoami(AWS_PROFILE="r", **env)["credentials"] == "role of the profile r"
    assert home.whoami(**env)["credentials"] == f"web identity in {path}"
    del env["AWS_WEB_IDENTITY_TOKEN_FILE"]
    assert home.whoami(**env)["credentials"] == "container's endpoint"


def test_botocore_says_the_same(home):
    """For each source of the files: the identity that botocore finds with the same home."""
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = base\nrole_session_name = same\n"
                f"[profile p]\ncredential_process = /bin/echo {shlex.quote(json.dumps(KEYS))}\n")
    script = ("import botocore.session, sys\ns = botocore.session.Session(profile=sys.argv[1])\n"
              "print(s.create_client('sts').get_caller_identity()['Arn'])\n")
    for profile in ("base", "r", "p"):
        theirs = subprocess.run([sys.executable, "-c", script, profile], env=home.environment(), capture_output=True,
                                text=True, check=True).stdout.strip()
        assert home.whoami("--profile", profile)["identity"] == theirs
    assert botocore.__version__


def test_endpoints_of_their_own(home):
    """AWS_ENDPOINT_URL_<SERVICE> and a services section each lead there alone."""
    home.config(f"[profile e]\nservices = here\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
                f"[services here]\nsts =\n  endpoint_url = {home.sim.url}\nec2 =\n  endpoint_url = {home.sim.url}\n"
                f"iam =\n  endpoint_url = {home.sim.url}\n")
    assert home.whoami("--profile", "e", AWS_ENDPOINT_URL=None)["account"] == ACCOUNT
    dead = "http://127.0.0.1:9"
    env = {f"AWS_ENDPOINT_URL_{name}": home.sim.url for name in ("STS", "EC2", "IAM")}
    assert home.whoami("--profile", "base", **{**env, "AWS_ENDPOINT_URL": dead})["account"] == ACCOUNT
    done = home.run("--profile", "base", AWS_ENDPOINT_URL=dead, AWS_MAX_ATTEMPTS="1")
    assert done.returncode == 1 and re.search("[Cc]onnect", done.stderr)


IMPORT = {"name": "vmimport", "trust": {"Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "vmie.amazonaws.com"},
    "Condition": {"StringEquals": {"sts:Externalid": "vmimport"}}}]}, "policies": {"all": {"Statement": [
        {"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"}]}}}


def role_of_site(site, name):
    config = site.folder / "config"
    config.write_text(f"[profile base]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
                      f"[profile r]\nrole_arn = {role(name)}\nsource_profile = base\n")
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        site.env.pop(variable)
    site.env |= {"AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "r"}


@pytest.mark.smoke
def test_a_release_outlives_its_keys(make_site):
    """Keys of two seconds: renewed in time, by one thread for all, and no call is refused."""
    site = make_site(speed=120, world={"roles": [*WORLD["roles"], IMPORT]})
    role_of_site(site, "short")
    began = time.monotonic()
    site.release("--trace").ended(0)
    took = time.monotonic() - began
    renewed = site.sim.count("AssumeRole")
    assert took > 3 and 2 <= renewed <= took + 2
    log = (site.state / "log.jsonl").read_text()
    assert "CopyImage" in log and "Expired" not in log and SECRET not in log


def test_keys_that_end_before_their_time(make_site):
    """AWS calls them expired although their date says nothing of it: others are got, also past the cache."""
    site = make_site(world={"roles": [*WORLD["roles"], IMPORT]})
    role_of_site(site, "releaser")
    site.sim.faults({"action": "DescribeRegions", "kind": "error", "code": "ExpiredToken", "status": 400})
    run = site.run("whoami").ended(0)
    assert "/releaser/" in run.text and site.sim.count("AssumeRole") == 2
    site.sim.clear_faults()
    site.sim.faults({"action": "DescribeRegions", "kind": "error", "code": "ExpiredToken", "status": 400, "count": 0})
    assert "ExpiredToken" in site.run("whoami").ended(130).text


# The guard

OTHER = "999988887777"


def test_the_account_guard(home, tmp_path):
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    assert home.whoami("--account", ACCOUNT, **keys)["account"] == ACCOUNT
    before = home.sim.requests()
    for verb, more in (("whoami", ()), ("list", ()), ("publish", ("acme/1",)), ("cleanup", ("--older-than", "30"))):
        done = home.run("--account", OTHER, *more, verb=verb, **keys)
        assert (done.returncode, done.stdout) == (4, "") and OTHER in done.stderr and ACCOUNT in done.stderr, done
    after = {row["action"]: row["count"] for row in home.sim.requests()}
    assert {**{row["action"]: row["count"] for row in before}, "GetCallerIdentity": after["GetCallerIdentity"]} == after
    assert "12 digits" in home.refused("--account", "acme", status=2, **keys)


@pytest.mark.parametrize("verb", ["whoami", "list", "watch"])
def test_the_account_guard_as_configuration(home, verb):
    """In [release] of either file, for every verb; the command line is stronger."""
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    home.write(".config/tatami/config", f"[release]\naccount = {OTHER}\n")
    assert home.run(verb=verb, **keys).returncode == 4
    assert home.whoami("--account", ACCOUNT, **keys)["account"] == ACCOUNT
    home.write(".config/tatami/config", f"[release]\naccount = {ACCOUNT}\n")
    assert home.whoami(**keys)["account"] == ACCOUNT


def test_the_guard_comes_before_a_release(make_site):
    site = make_site()
    run = site.release("--account", OTHER).ended(4)
    assert OTHER in run.text and not site.sim.mutations()
    site.release("--account", ACCOUNT).ended(0)


def test_a_rehearsal_is_of_no_account(home):
    home.write(".config/tatami/config", f"[release]\naccount = {OTHER}\n")
    done = home.run("whoami", verb="rehearse")
    assert done.returncode == 0, done.stderr


def test_a_signal_ends_signing_in(home):
    """Also where nobody answers."""
    home.config(f"[profile r]\nrole_arn = {role('releaser')}\nsource_profile = base\n")
    home.sim.faults({"action": "AssumeRole", "kind": "hang", "count": 0})
    try:
        process = subprocess.Popen([PROGRAM, "whoami", "--profile", "r"], env=home.environment(), text=True,
                                   stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        while not home.sim.fault_hits()[0]:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130 and process.stderr.read().count("\n") == 1
        process.stderr.close()
    finally:
        home.sim.clear_faults()
