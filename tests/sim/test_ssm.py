"""The Parameter Store: values, versions, labels, and images that are looked up only after the answer."""
import pytest
from ec2_tools import HOME, Ec2, refused


@pytest.fixture
def ec2(sim):
    return Ec2(sim)


@pytest.fixture
def ssm(ec2):
    return ec2.client("ssm")


def put(ssm, name="/acme/latest", value="1", **more):
    return ssm.put_parameter(**{"Name": name, "Value": value, "Type": "String", **more})


def value(ssm, name="/acme/latest"):
    return ssm.get_parameter(Name=name)["Parameter"]["Value"]


def test_a_parameter_is_put_and_read(ec2, ssm):
    assert put(ssm, Tags=[{"Key": "tatami:release", "Value": "1"}])["Version"] == 1
    got = ssm.get_parameter(Name="/acme/latest")["Parameter"]
    assert (got["Name"], got["Type"], got["Value"], got["Version"], got["DataType"], got["ARN"]) == (
        "/acme/latest", "String", "1", 1, "text", "arn:aws:ssm:us-east-1:123456789012:parameter/acme/latest")
    assert value(ssm, got["ARN"]) == "1"
    (row,) = ec2.sim.state()["parameters"]
    assert row["tags"] == {"tatami:release": "1"}
    with refused("ParameterNotFound"):
        value(ec2.client("ssm", "eu-west-1"))


def test_it_is_overwritten_only_on_request(ssm):
    put(ssm)
    with refused("ParameterAlreadyExists"):
        put(ssm, value="2")
    assert put(ssm, value="2", Overwrite=True)["Version"] == 2
    assert ssm.put_parameter(Name="/acme/latest", Value="3", Overwrite=True)["Version"] == 3
    assert value(ssm) == "3" and value(ssm, "/acme/latest:1") == "1"
    with refused("ParameterVersionNotFound"):
        value(ssm, "/acme/latest:9")


@pytest.mark.parametrize("wish, code", [
    ({"Name": "aws-x"}, "ValidationException"),
    ({"Name": "/SSM/x"}, "ValidationException"),
    ({"Name": "a/b"}, "ValidationException"),
    ({"Name": "/a b"}, "ValidationException"),
    ({"Name": "/x" * 16}, "HierarchyLevelLimitExceededException"),
    ({"Value": "v" * 4097}, "ValidationException"),
    ({"Type": "Number"}, "UnsupportedParameterType"),
    ({"DataType": "aws:ec2:volume"}, "ValidationException"),
    ({"AllowedPattern": "^[a-z]+$"}, "ParameterPatternMismatchException"),
    ({"Overwrite": True, "Tags": [{"Key": "a", "Value": "b"}]}, "ValidationException"),
    ({"DataType": "aws:ec2:image"}, "ValidationException"),
])
def test_what_makes_no_sense_is_refused(ec2, ssm, wish, code):
    with refused(code):
        put(ssm, **wish)
    assert ec2.sim.state()["parameters"] == []


def test_a_new_parameter_needs_a_type(ssm):
    with refused("ValidationException", "type is required"):
        ssm.put_parameter(Name="/acme/latest", Value="1", Overwrite=True)


def test_an_image_is_checked_after_the_answer(ec2, ssm):
    image = ec2.registered()
    assert put(ssm, value=image, DataType="aws:ec2:image")["Version"] == 1
    with refused("ParameterNotFound"):
        value(ssm)
    with refused("TooManyUpdates"):
        put(ssm, value=image, DataType="aws:ec2:image")
    ec2.step(10)
    assert value(ssm) == image
    assert ssm.get_parameter(Name="/acme/latest")["Parameter"]["DataType"] == "aws:ec2:image"


def test_an_image_that_is_none_is_never_stored(ec2, ssm):
    assert put(ssm, value="ami-0123456789abcdef0", DataType="aws:ec2:image")["Version"] == 1
    ec2.step(10)
    with refused("ParameterNotFound"):
        value(ssm)
    image = ec2.registered()
    put(ssm, value=image, DataType="aws:ec2:image")
    ec2.step(10)
    assert put(ssm, value="ami-0123456789abcdef0", DataType="aws:ec2:image", Overwrite=True)["Version"] == 2
    ec2.step(10)
    got = ssm.get_parameter(Name="/acme/latest")["Parameter"]
    assert (got["Value"], got["Version"]) == (image, 1)
    other = ec2.client("ssm", "eu-west-1")
    put(other, value=image, DataType="aws:ec2:image")
    ec2.step(10)
    with refused("ParameterNotFound"):
        value(other)


def test_several_at_once(ssm):
    put(ssm, "/a", "1")
    put(ssm, "b", "2")
    got = ssm.get_parameters(Names=["/a", "b", "/c"])
    assert {row["Name"]: row["Value"] for row in got["Parameters"]} == {"/a": "1", "b": "2"}
    assert got["InvalidParameters"] == ["/c"]
    with refused("ValidationException"):
        ssm.get_parameters(Names=[f"/{n}" for n in range(11)])


def test_those_below_a_path(ssm):
    for n in range(12):
        put(ssm, f"/acme/{n:02}")
    put(ssm, "/acme/deep/1")
    put(ssm, "/acmeother/1")
    pages = ssm.get_paginator("get_parameters_by_path")
    names = [row["Name"] for page in pages.paginate(Path="/acme", MaxResults=5) for row in page["Parameters"]]
    assert names == [f"/acme/{n:02}" for n in range(12)]
    deep = [row["Name"] for page in pages.paginate(Path="/acme/", Recursive=True) for row in page["Parameters"]]
    assert sorted(deep) == sorted([*names, "/acme/deep/1"])


def test_it_goes_away(ssm):
    put(ssm)
    ssm.delete_parameter(Name="/acme/latest")
    with refused("ParameterNotFound"):
        value(ssm)
    with refused("ParameterNotFound"):
        ssm.delete_parameter(Name="/acme/latest")
    put(ssm, "/a")
    gone = ssm.delete_parameters(Names=["/a", "/b"])
    assert (gone["DeletedParameters"], gone["InvalidParameters"]) == (["/a"], ["/b"])


def test_labels_and_history(ssm):
    for n in range(3):
        put(ssm, value=str(n), Overwrite=n > 0)
    ssm.label_parameter_version(Name="/acme/latest", ParameterVersion=2, Labels=["good"])
    assert value(ssm, "/acme/latest:good") == "1"
    moved = ssm.label_parameter_version(Name="/acme/latest", Labels=["good", "9bad"])
    assert (moved["ParameterVersion"], moved["InvalidLabels"]) == (3, ["9bad"])
    rows = ssm.get_parameter_history(Name="/acme/latest")["Parameters"]
    assert [(row["Version"], row["Value"], row["Labels"]) for row in rows] == [
        (1, "0", []), (2, "1", []), (3, "2", ["good"])]
    assert rows[0]["LastModifiedUser"] == "arn:aws:iam::123456789012:user/release"


def test_a_hundred_versions_are_kept_unless_the_oldest_has_a_label(ec2, ssm):
    for n in range(101):
        put(ssm, value=str(n), Overwrite=n > 0)
        ec2.step(1)
    with refused("ParameterVersionNotFound"):
        value(ssm, "/acme/latest:1")
    assert value(ssm, "/acme/latest:2") == "1"
    ssm.label_parameter_version(Name="/acme/latest", ParameterVersion=2, Labels=["keep"])
    with refused("ParameterMaxVersionLimitExceeded"):
        put(ssm, value="new", Overwrite=True)


def test_throttling_has_its_own_name(ec2, ssm):
    ec2.sim.faults({"action": "PutParameter", "kind": "throttle"})
    with refused("ThrottlingException"):
        put(ssm)
    assert put(ssm)["Version"] == 1


def test_changes_are_counted_as_mutating(ec2, ssm):
    put(ssm)
    value(ssm)
    ssm.delete_parameter(Name="/acme/latest")
    rows = {row["action"]: row["mutating"] for row in ec2.sim.ask("requests")["requests"]}
    assert rows["PutParameter"] and rows["DeleteParameter"] and not rows["GetParameter"]


def test_a_world_may_hold_parameters(start_sim, write_json):
    world = write_json({"parameters": [{"name": "/acme/latest", "region": HOME, "value": "ami-1",
                                        "dataType": "aws:ec2:image"}]})
    sim = start_sim("--world", world)
    assert value(sim.client("ssm")) == "ami-1"
    sim.client("ssm").delete_parameter(Name="/acme/latest")
    sim.reset()
    assert value(sim.client("ssm")) == "ami-1"
