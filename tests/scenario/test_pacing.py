"""Throttles teach: EC2's buckets, nearly empty in every region, cost a region one refusal or two and no failure. In
stepped time, where nothing but waiting takes any."""

import json
import pathlib
import sys

from release_tools import BUILD

sys.path.append(str(pathlib.Path(__file__).parent.parent / "bench"))

# pylint: disable=wrong-import-position
from stepped import Stepped  # noqa: E402
from tools import BUCKET, HOME, Sim, environment, image_arguments, release_arguments  # noqa: E402

IMAGES = 8
REGIONS = [HOME, "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1", "eu-central-1", "eu-north-1", "ap-south-1",
           "ap-northeast-1", "ap-southeast-2"]
LEFT = {"CopyImage": 0, "ModifyImageAttribute": 2}


def test_eight_images_and_buckets_that_are_nearly_empty(tmp_path):
    """Copies begin as their images become ready, one by one; the wave asks for all eight at once."""
    world = tmp_path / "few.json"
    world.write_text(json.dumps({
        "buckets": [{"name": BUCKET, "region": HOME}],
        "accounts": [{"id": "123456789012", "quotas": {"L-0E3CBAB9": IMAGES}}],
        "tokens": [{"action": action, "left": left} for action, left in LEFT.items()]}))
    with Sim(BUILD, tmp_path, "--world", world) as sim:
        paths = image_arguments(tmp_path, *[1] * IMAGES)
        command = [BUILD / "tatami", *release_arguments(tmp_path, paths, "--yes", "--json", "--regions",
                                                        ",".join(REGIONS))]
        run = Stepped(sim, command, tmp_path, environment(tmp_path, sim.url)).run()
        assert run.status == 0, (tmp_path / "output").read_text()[-2000:]
        asked = [row for row in sim.ask("requests")["requests"] if row["action"] in LEFT]
    for action, regions in (("CopyImage", len(REGIONS) - 1), ("ModifyImageAttribute", len(REGIONS))):
        rows = [row for row in asked if row["action"] == action]
        assert len(rows) == regions
        assert all(row["count"] - row["errors"] == IMAGES for row in rows)
        # Where nothing is learnt every further call is refused, some of them twice.
        assert all(1 <= row["errors"] <= 2 for row in rows), rows
