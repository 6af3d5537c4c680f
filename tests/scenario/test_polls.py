"""Polling: at most one Describe call of each kind a region and round, however many images. A round is what is asked
between one step of stepped time and the next, as `make bench` counts it."""

import pathlib
import sys

import pytest

from release_tools import BUILD, HOME

sys.path.append(str(pathlib.Path(__file__).parent.parent / "bench"))

import orchestration  # noqa: E402  pylint: disable=wrong-import-position

REGIONS = [HOME, "eu-west-1", "ap-south-1", "sa-east-1"]


@pytest.mark.parametrize("images", [1, 3])
def test_one_call_a_round(images):
    _, asked, _ = orchestration.one_release(BUILD, images, "--regions", ",".join(REGIONS))
    assert set(asked.rounds) == set(REGIONS)
    assert asked.most == dict.fromkeys(orchestration.KINDS, 1)
