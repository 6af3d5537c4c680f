"""Large worlds that one row makes, and pages as long as a test wants them."""
import pytest
from ec2_tools import Ec2


@pytest.fixture
def make(start_sim, write_json):
    def start(*options, **world):
        return Ec2(start_sim("--seed", 7, "--world", write_json(world, "world.json"), *options))

    return start


def pages(client, **more):
    return [page["Images"] for page in client.get_paginator("describe_images").paginate(
        Owners=["self"], IncludeDisabled=True, PaginationConfig={"PageSize": 1000}, **more)]


def test_a_row_makes_families_of_releases_in_every_region(make):
    ec2 = make(generate=[{"images": 24, "snapshots": 60, "regions": ["eu-west-1", "us-east-1", "us-west-2"], "disks": 2,
                          "families": 2, "name": "nixos", "releaseTag": "tatami:release", "tags": {"Owner": "me"}}])
    rows = {}
    for region in ("eu-west-1", "us-east-1", "us-west-2"):
        client = ec2.client(region=region)
        rows[region] = sum(pages(client), [])
        assert len(rows[region]) == 8 and len({row["Name"] for row in rows[region]}) == 8
        snapshots = client.describe_snapshots(OwnerIds=["self"])["Snapshots"]
        used = {device["Ebs"]["SnapshotId"] for row in rows[region] for device in row["BlockDeviceMappings"]}
        assert len(used) == 16 and len(snapshots) == 20
        assert used < {row["SnapshotId"] for row in snapshots}
    names = {row["Name"] for row in rows["eu-west-1"]}
    assert "nixos0-1.0-x86_64" in names and "nixos1-1.1-arm64" in names
    originals = {row["Name"]: row for row in rows["eu-west-1"]}
    for copy in rows["us-west-2"]:
        source = originals[copy["Name"]]
        assert (copy["SourceImageId"], copy["SourceImageRegion"]) == (source["ImageId"], "eu-west-1")
        assert {"Key": "tatami:release", "Value": copy["Name"].rsplit("-", 1)[0]} in copy["Tags"]
        assert {"Key": "Owner", "Value": "me"} in copy["Tags"]
    assert all("SourceImageId" not in row for row in rows["eu-west-1"])
    dates = [row["CreationDate"] for row in rows["eu-west-1"]]
    assert dates == sorted(dates) and len(set(dates)) == 8


def test_some_of_them_differ(make):
    ec2 = make(generate=[{"images": 40, "regions": 1, "deprecatedEvery": 2, "disabledEvery": 4, "publicEvery": 5,
                          "protectedEvery": 8, "launchedEvery": 10, "usedEvery": 20}])
    (first, *_), rows = ec2.client().describe_regions()["Regions"], ec2.sim.state()["images"]
    assert first and len(rows) == 40
    count = [sum(map(bool, values)) for values in (
        [row.get("deprecationTime") for row in rows],
        [row["imageState"] == "disabled" for row in rows],
        [row["isPublic"] for row in rows],
        [row["deregistrationProtection"] != "disabled" for row in rows],
        [row.get("lastLaunchedTime") for row in rows])]
    assert count == [20, 10, 6, 5, 4]
    assert [row["imageId"] for row in ec2.sim.state()["instances"]] == [rows[0]["imageId"], rows[20]["imageId"]]


def test_pages_are_as_long_as_the_world_says(make):
    ec2 = make(generate=[{"images": 34 * 250}], pages=[{"rows": 100, "short": False}])
    assert [len(page) for page in pages(ec2.client())] == [100, 100, 50]
    answer = ec2.client().describe_images(Owners=["self"])
    assert len(answer["Images"]) == 100 and answer["NextToken"]
    ids = [row["ImageId"] for row in answer["Images"]] + [
        row["ImageId"] for row in ec2.client().describe_images(Owners=["self"], NextToken=answer["NextToken"])["Images"]]
    assert len(set(ids)) == 200
    assert len(ec2.client().describe_images(ImageIds=ids)["Images"]) == 200
    snapshots = ec2.client().get_paginator("describe_snapshots").paginate(OwnerIds=["self"])
    assert [len(page["Snapshots"]) for page in snapshots] == [100, 100, 50]


def test_a_large_world_is_there_at_once_and_answers_at_once(make):
    ec2 = make(generate=[{"images": 60000, "snapshots": 120000, "releaseTag": "tatami:release"}], pages=[{"short": False}])
    ec2.sim.clock(speed=1)
    client = ec2.client("ec2", "eu-west-1")
    rows = pages(client)
    assert [len(page) for page in rows] == [1000, 765]
    snapshot = rows[1][-1]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    client.deregister_image(ImageId=rows[1][-1]["ImageId"])
    client.delete_snapshot(SnapshotId=snapshot)
    left = [page["Snapshots"] for page in client.get_paginator("describe_snapshots").paginate(
        OwnerIds=["self"], PaginationConfig={"PageSize": 1000})]
    assert sum(map(len, left)) == 3529


@pytest.mark.parametrize("row", [{"images": -1}, {"images": "many"}, {"regions": ["mars-1"]}, {"account": "1"}, {"disks": 0}])
def test_a_row_that_makes_no_sense_ends_the_program(start_sim, write_json, row):
    with pytest.raises(AssertionError):
        start_sim("--world", write_json({"generate": [row]}, "world.json"))
