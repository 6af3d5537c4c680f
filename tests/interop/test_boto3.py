"""boto3 as a client of the simulator: that it has done everything is in by_hand.py; this is what was seen on the way."""

import pytest


@pytest.mark.parametrize("name", ["list_parts", "list_objects", "list_objects_v2", "describe_images",
                                  "describe_import_snapshot_tasks", "describe_launch_template_versions",
                                  "list_images_in_recycle_bin"])
def test_pages(everything, name):
    """Asked for small pages, a paginator gets several, and ends."""
    assert everything.pages[name] > 1


def test_what_is_left(everything):
    """After the cleanup: what was restored, and the copy."""
    state = everything.sim.state()
    alive = {image["imageId"] for image in state["images"] if image["imageState"] == "available"}
    assert {everything.images["one"], everything.images["away"]} <= alive
    assert everything.snapshot in {snapshot["snapshotId"] for snapshot in state["snapshots"]}
    assert state["buckets"] == []
