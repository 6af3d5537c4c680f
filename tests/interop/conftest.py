"""What the tests against other people's software share: simulators behind recorders, and clients of theirs."""

import os
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scenario")]
pytest.register_assert_rewrite("release_tools", "by_hand")

from by_hand import Everything  # noqa: E402


@pytest.fixture(autouse=True, scope="session")
def no_user_settings():
    """The user's own AWS settings say nothing here."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
                   "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.fixture(scope="session")
def everything(tmp_path_factory):
    """Every action of the simulator, done by boto3."""
    done = Everything(tmp_path_factory.mktemp("everything"))
    yield done
    done.stop()
