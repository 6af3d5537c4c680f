"""Ways to sign in, with boto3 and botocore's own providers as the clients: what the simulator says is what they read."""

import os
import subprocess
import sys

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from wire import send

ACCOUNT = "123456789012"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/"
WORLD = {
    "roles": [
        {"name": "ci", "trust": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                                                "Principal": {"Federated": PROVIDER}}]}},
        {"name": "guarded", "trust": {"Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT},
             "Condition": {"StringEquals": {"sts:ExternalId": "seven"},
                           "Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}},
        {"name": "machine", "trust": {}}],
    "mfaDevices": [{"serial": "mfa-of-me", "code": "123456"}],
    "identityTokens": [{"token": "idp.token", "provider": PROVIDER},
                       {"token": "idp.old", "provider": PROVIDER, "expired": True}],
    "ssoSessions": [{"startUrl": "https://x", "accessToken": "access", "clientId": "c", "clientSecret": "s",
                     "refreshToken": "r", "assignments": [{"account": ACCOUNT, "role": "machine"}]}],
    "machines": [{"kind": "ec2", "role": "machine"}, {"kind": "eks", "role": "machine", "authorization": "pod"}],
}


@pytest.fixture
def world(start_sim, write_json):
    return start_sim("--world", write_json(WORLD))


def unsigned(sim, service):
    session = botocore.session.Session()
    return session.create_client(service, "us-east-1", endpoint_url=sim.url, config=Config(
        signature_version=UNSIGNED, retries={"total_max_attempts": 1}))


def code(call, **parameters):
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def who(sim, keys, names=("AccessKeyId", "SecretAccessKey", "SessionToken")):
    words = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    return sim.client("sts", keys=dict(zip(words, (keys[name] for name in names)))).get_caller_identity()["Arn"]


def test_web_identity(world):
    sts = unsigned(world, "sts")
    asked = {"RoleArn": ROLE + "ci", "RoleSessionName": "run", "WebIdentityToken": "idp.token"}
    got = sts.assume_role_with_web_identity(**asked, DurationSeconds=900)
    assert got["AssumedRoleUser"]["Arn"].endswith("assumed-role/ci/run")
    assert who(world, got["Credentials"]) == got["AssumedRoleUser"]["Arn"]
    call = sts.assume_role_with_web_identity
    assert code(call, **{**asked, "WebIdentityToken": "idp.old"}) == "ExpiredTokenException"
    assert code(call, **{**asked, "WebIdentityToken": "idp.none"}) == "InvalidIdentityToken"
    assert code(call, **{**asked, "RoleArn": ROLE + "guarded"}) == "AccessDenied"


def test_external_id_and_mfa(world):
    sts = world.client("sts")
    asked = {"RoleArn": ROLE + "guarded", "RoleSessionName": "me", "ExternalId": "seven", "SerialNumber": "mfa-of-me",
             "TokenCode": "123456"}
    assert who(world, sts.assume_role(**asked)["Credentials"]).endswith("guarded/me")
    assert code(sts.assume_role, **{**asked, "TokenCode": "654321"}) == "AccessDenied"
    assert code(sts.assume_role, **{**asked, "ExternalId": "eight"}) == "AccessDenied"
    del asked["SerialNumber"], asked["TokenCode"]
    assert code(sts.assume_role, **asked) == "AccessDenied"


def test_sso(world):
    sso, oidc = unsigned(world, "sso"), unsigned(world, "sso-oidc")
    names = ("accessKeyId", "secretAccessKey", "sessionToken")
    asked = {"roleName": "machine", "accountId": ACCOUNT, "accessToken": "access"}
    assert who(world, sso.get_role_credentials(**asked)["roleCredentials"], names).endswith("machine/person")
    assert code(sso.get_role_credentials, **{**asked, "accessToken": "none"}) == "UnauthorizedException"
    assert code(sso.get_role_credentials, **{**asked, "roleName": "ci"}) == "ForbiddenException"
    refresh = {"grantType": "refresh_token", "clientId": "c", "clientSecret": "s", "refreshToken": "r"}
    token = oidc.create_token(**refresh)
    assert token["expiresIn"] == 28800 and token["tokenType"] == "Bearer"
    assert sso.get_role_credentials(**{**asked, "accessToken": token["accessToken"]})
    assert code(oidc.create_token, **{**refresh, "refreshToken": "x"}) == "InvalidGrantException"
    assert code(oidc.create_token, **{**refresh, "grantType": "password"}) == "UnsupportedGrantTypeException"


BY_ITSELF = """
import botocore.session
session = botocore.session.Session()
print(session.get_credentials().method, session.create_client("sts").get_caller_identity()["Arn"])
"""


def by_itself(sim, **more):
    """What botocore finds with nothing but these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env = {**kept, "HOME": "/nonexistent", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": sim.url, **more}
    return subprocess.run([sys.executable, "-c", BY_ITSELF], env=env, capture_output=True, text=True,
                          check=True).stdout.split()


def test_instance_metadata_and_containers(world):
    method, arn = by_itself(world, AWS_EC2_METADATA_SERVICE_ENDPOINT=world.url)
    assert method == "iam-role" and arn.endswith("machine/i-0123456789abcdef0")
    method, arn = by_itself(world, AWS_CONTAINER_CREDENTIALS_FULL_URI=world.url + "/v1/credentials",
                            AWS_CONTAINER_AUTHORIZATION_TOKEN="pod")
    assert method == "container-role" and arn.endswith("machine/task")
    # Version 1 is not spoken.
    assert send(world.url + "/latest/meta-data/iam/security-credentials/", "GET", {})[0] == 401
    assert send(world.url + "/v1/credentials", "GET", {})[0] == 401
    assert send(world.url + "/v2/credentials/x", "GET", {})[0] == 404
    assert send(world.url + "/latest/user-data", "GET", {})[0] == 404


def test_tokens_are_forgotten(world):
    oidc, sso = unsigned(world, "sso-oidc"), unsigned(world, "sso")
    token = oidc.create_token(grantType="refresh_token", clientId="c", clientSecret="s", refreshToken="r")
    world.ask("reset", {})
    assert code(sso.get_role_credentials, roleName="machine", accountId=ACCOUNT,
                accessToken=token["accessToken"]) == "UnauthorizedException"


def test_buckets_with_such_paths(sim):
    """Objects whose path is one where others sign in are S3's when they are signed for."""
    s3 = sim.client("s3", signature_version="s3v4")
    s3.create_bucket(Bucket="latest")
    s3.put_object(Bucket="latest", Key="api/token", Body=b"data")
    url = s3.generate_presigned_url("get_object", {"Bucket": "latest", "Key": "api/token"})
    assert "X-Amz-" in url and send(url)[2] == b"data"
