"""Who uses an AMI: instances, launch templates, SSM parameters, recipes; last launch; usage reports."""
import datetime

import pytest
from ec2_tools import HOME, Ec2, refused

OWN = "123456789012"
OTHER = "210987654321"
THIRD = "333333333333"
OTHER_KEYS = {"aws_access_key_id": "AKIAOTHER", "aws_secret_access_key": "s"}
IMAGES = [{"imageId": f"ami-{n}", "region": HOME, "name": f"nixos-{n}",
           "launchPermission": [{"group": "all"}]} for n in (1, 2)]


@pytest.fixture
def make(start_sim, write_json):
    def start(**world):
        world = {"accounts": [{"id": OTHER, "keys": [{"id": "AKIAOTHER", "secret": "s"}]}], "images": IMAGES, **world}
        return Ec2(start_sim("--seed", 7, "--world", write_json(world, "world.json")))

    return start


def references(ec2, image="ami-1", types=None, **more):
    """{(type, end of the arn)} of one image, all pages."""
    client = ec2.client()
    scope = {"ResourceTypes": types} if types else {"IncludeAllResourceTypes": True}
    rows, token = [], {}
    while True:
        answer = client.describe_image_references(ImageIds=[image], **scope, **more, **token)
        rows += answer["ImageReferences"]
        if not answer.get("NextToken"):
            break
        token = {"NextToken": answer["NextToken"]}
    assert all(row["ImageId"] == image for row in rows)
    assert len(rows) == len({row["Arn"] for row in rows})
    return {(row["ResourceType"], row["Arn"]) for row in rows}


def arn(service, path):
    return f"arn:aws:{service}:{HOME}:{OWN}:{path}"


# references

def test_every_kind_of_reference_is_found(make):
    ec2 = make(imageRecipes=[
        {"region": HOME, "name": "base", "version": "1.2.0", "imageId": "ami-1"},
        {"region": HOME, "name": "box", "imageId": "ami-1", "container": True}])
    client = ec2.client()
    instance = client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    template = client.create_launch_template(
        LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})["LaunchTemplate"]["LaunchTemplateId"]
    ec2.client("ssm").put_parameter(Name="/nixos/latest", Value="ami-1", Type="String")
    ec2.client("ssm").put_parameter(Name="/nixos/other", Value="ami-2", Type="String")
    assert references(ec2) == {
        ("ec2:Instance", arn("ec2", f"instance/{instance}")),
        ("ec2:LaunchTemplate", arn("ec2", f"launch-template/{template}")),
        ("ssm:Parameter", arn("ssm", "parameter/nixos/latest")),
        ("imagebuilder:ImageRecipe", arn("imagebuilder", "image-recipe/base/1.2.0")),
        ("imagebuilder:ContainerRecipe", arn("imagebuilder", "container-recipe/box/1.0.0"))}
    assert len(references(ec2, "ami-2")) == 1
    assert {kind for kind, _ in references(ec2, types=[{"ResourceType": "ssm:Parameter"}])} == {"ssm:Parameter"}


def test_references_come_in_pages(make):
    ec2 = make(instances=[{"instanceId": f"i-{n}", "region": HOME, "imageId": "ami-1"} for n in range(7)])
    assert len(references(ec2, MaxResults=2)) == 7


def test_only_what_the_caller_has_in_the_region_counts(make):
    ec2 = make(instances=[{"instanceId": "i-1", "region": HOME, "account": OTHER, "imageId": "ami-1"},
                          {"instanceId": "i-2", "region": "eu-west-1", "imageId": "ami-1"}])
    assert references(ec2) == set()


def test_instances_can_be_chosen_by_state(make):
    states = ["running", "stopped", "terminated"]
    ec2 = make(instances=[{"instanceId": f"i-{n}", "region": HOME, "imageId": "ami-1", "instanceState": state}
                          for n, state in enumerate(states)])
    option = {"OptionName": "state-name", "OptionValues": ["running", "stopped"]}
    found = references(ec2, types=[{"ResourceType": "ec2:Instance", "ResourceTypeOptions": [option]}])
    assert {name[-3:] for _, name in found} == {"i-0", "i-1"}
    assert len(references(ec2)) == 3


def test_a_template_counts_by_its_newest_versions(make):
    ec2 = make()
    client = ec2.client()
    client.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})
    for _ in range(9):
        client.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-2"})
    assert len(references(ec2)) == 1, "version 1 of 10 is the tenth newest"
    client.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-2"})
    assert references(ec2) == set()
    option = {"OptionName": "version-depth", "OptionValues": ["11"]}
    assert len(references(ec2, types=[{"ResourceType": "ec2:LaunchTemplate", "ResourceTypeOptions": [option]}])) == 1


@pytest.mark.parametrize("request_, code", [
    ({}, "MissingParameter"),
    ({"ResourceTypes": [{"ResourceType": "ec2:Fleet"}]}, "InvalidParameterValue"),
    ({"ResourceTypes": [{"ResourceType": "ssm:Parameter", "ResourceTypeOptions": [
        {"OptionName": "version-depth", "OptionValues": ["1"]}]}]}, "InvalidParameterValue"),
    ({"ResourceTypes": [{"ResourceType": "ec2:LaunchTemplate", "ResourceTypeOptions": [
        {"OptionName": "version-depth", "OptionValues": ["0"]}]}]}, "InvalidParameterValue"),
    ({"ImageIds": [f"ami-{n}" for n in range(11)], "IncludeAllResourceTypes": True}, "InvalidParameterValue"),
    ({"ImageIds": ["snap-1"], "IncludeAllResourceTypes": True}, "InvalidAMIID.Malformed"),
])
def test_a_wrong_question_is_refused(make, request_, code):
    with refused(code):
        make().client().describe_image_references(**{"ImageIds": ["ami-1"], **request_})


# instances and launch templates

def test_an_instance_lives_and_is_forgotten_an_hour_after_its_end(make):
    ec2 = make()
    client = ec2.client()
    instance = client.run_instances(
        ImageId="ami-1", MinCount=1, MaxCount=1, InstanceType="t3.nano", ClientToken="t", TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "n"}]}])["Instances"][0]
    assert (instance["State"], instance["ImageId"]) == ({"Code": 0, "Name": "pending"}, "ami-1")
    again = client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, InstanceType="t3.nano", ClientToken="t",
                                 TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "n"}]}])
    assert [row["InstanceId"] for row in again["Instances"]] == [instance["InstanceId"]]
    ec2.step(40)

    def found(**request):
        return [row for reservation in client.describe_instances(**request)["Reservations"]
                for row in reservation["Instances"]]

    (row,) = found(Filters=[{"Name": "image-id", "Values": ["ami-1"]}, {"Name": "tag:Name", "Values": ["n"]},
                            {"Name": "instance-state-name", "Values": ["running"]}])
    assert (row["InstanceId"], row["InstanceType"]) == (instance["InstanceId"], "t3.nano")
    (ended,) = client.terminate_instances(InstanceIds=[row["InstanceId"]])["TerminatingInstances"]
    assert (ended["PreviousState"]["Name"], ended["CurrentState"]["Name"]) == ("running", "shutting-down")
    ec2.step(90)
    assert found(InstanceIds=[row["InstanceId"]])[0]["State"] == {"Code": 48, "Name": "terminated"}
    assert len(references(ec2)) == 1
    ec2.step(3700)
    assert references(ec2) == set()
    with refused("InvalidInstanceID.NotFound"):
        client.describe_instances(InstanceIds=[row["InstanceId"]])


def test_a_template_launches_the_image_of_its_version(make):
    ec2 = make()
    client = ec2.client()
    made = client.create_launch_template(LaunchTemplateName="web", VersionDescription="first", LaunchTemplateData={
        "ImageId": "ami-1", "InstanceType": "t3.micro"})["LaunchTemplate"]
    assert (made["DefaultVersionNumber"], made["LatestVersionNumber"]) == (1, 1)
    second = client.create_launch_template_version(LaunchTemplateId=made["LaunchTemplateId"], SourceVersion="1",
                                                   LaunchTemplateData={"ImageId": "ami-2"})["LaunchTemplateVersion"]
    assert (second["VersionNumber"], second["DefaultVersion"]) == (2, False)
    assert second["LaunchTemplateData"] == {"ImageId": "ami-2", "InstanceType": "t3.micro"}
    for version, image in (("$Default", "ami-1"), ("$Latest", "ami-2"), ("1", "ami-1")):
        launched = client.run_instances(MinCount=1, MaxCount=1, LaunchTemplate={
            "LaunchTemplateName": "web", "Version": version})
        assert launched["Instances"][0]["ImageId"] == image
    versions = client.describe_launch_template_versions(LaunchTemplateName="web")["LaunchTemplateVersions"]
    assert [(row["VersionNumber"], row["LaunchTemplateData"]["ImageId"]) for row in versions] == [
        (2, "ami-2"), (1, "ami-1")]
    (latest,) = client.describe_launch_template_versions(
        Versions=["$Latest"], Filters=[{"Name": "image-id", "Values": ["ami-2"]}])["LaunchTemplateVersions"]
    assert latest["LaunchTemplateName"] == "web"
    third = client.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})
    assert third["LaunchTemplateVersion"]["VersionNumber"] == 3
    deleted = client.delete_launch_template_versions(LaunchTemplateName="web", Versions=["1", "3", "7"])
    assert [row["VersionNumber"] for row in deleted["SuccessfullyDeletedLaunchTemplateVersions"]] == [3]
    assert [(row["VersionNumber"], row["ResponseError"]["Code"])
            for row in deleted["UnsuccessfullyDeletedLaunchTemplateVersions"]] == [
        (1, "unexpectedError"), (7, "launchTemplateVersionDoesNotExist")]
    assert client.describe_launch_templates()["LaunchTemplates"][0]["LatestVersionNumber"] == 2
    with refused("InvalidLaunchTemplateName.AlreadyExistsException"):
        client.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})
    client.delete_launch_template(LaunchTemplateName="web")
    assert client.describe_launch_templates()["LaunchTemplates"] == []
    with refused("InvalidLaunchTemplateId.NotFound"):
        client.delete_launch_template(LaunchTemplateId=made["LaunchTemplateId"])


def test_a_launch_is_known_a_day_later(make):
    ec2 = make()
    client = ec2.client()

    def last_launch():
        return client.describe_images(ImageIds=["ami-1"])["Images"][0].get("LastLaunchedTime")

    launched = []
    for _ in range(2):
        launched.append(ec2.sim.clock()["now_ms"])
        client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
        ec2.step(3600)
    ec2.step(21 * 3600)
    assert last_launch() is None
    for start in launched:
        ec2.step(3600)
        shown = datetime.datetime.fromisoformat(last_launch().replace("Z", "+00:00"))
        assert abs(shown.timestamp() * 1000 - start) < 1000
    value = client.describe_image_attribute(ImageId="ami-1", Attribute="lastLaunchedTime")
    assert value["LastLaunchedTime"]["Value"] == last_launch()


@pytest.mark.parametrize("request_, code", [
    ({"ImageId": "ami-9"}, "InvalidAMIID.NotFound"),
    ({"ImageId": "snap-9"}, "InvalidAMIID.Malformed"),
    ({"MaxCount": 0}, "InvalidParameterValue"),
    ({"LaunchTemplate": {"LaunchTemplateName": "none"}}, "InvalidLaunchTemplateName.NotFoundException"),
])
def test_what_cannot_be_launched_is_refused(make, request_, code):
    with refused(code):
        make().client().run_instances(**{"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, **request_})


# usage reports

TYPES = [{"ResourceType": "ec2:Instance"}, {"ResourceType": "ec2:LaunchTemplate"}]


def test_a_report_tells_of_other_accounts_some_minutes_later(make):
    ec2 = make(instances=[{"instanceId": f"i-{n}", "region": HOME, "account": account, "imageId": "ami-1"}
                          for n, account in enumerate([OTHER, OTHER, OWN])],
               launchTemplates=[{"launchTemplateId": "lt-1", "region": HOME, "account": OTHER,
                                 "launchTemplateName": "theirs", "versions": [{"imageId": "ami-1"}]}],
               imageUsage=[{"imageId": "ami-1", "account": THIRD, "resourceType": "ec2:Instance", "usageCount": 40}])
    client = ec2.client()
    report = client.create_image_usage_report(ImageId="ami-1", ResourceTypes=TYPES, TagSpecifications=[
        {"ResourceType": "image-usage-report", "Tags": [{"Key": "by", "Value": "test"}]}])["ReportId"]
    (row,) = client.describe_image_usage_reports(ReportIds=[report])["ImageUsageReports"]
    assert (row["State"], row["ImageId"], row["Tags"]) == ("pending", "ami-1", [{"Key": "by", "Value": "test"}])
    assert [kind["ResourceType"] for kind in row["ResourceTypes"]] == ["ec2:Instance", "ec2:LaunchTemplate"]
    assert (row["ExpirationTime"] - row["CreationTime"]).days == 30
    assert client.describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"] == []
    ec2.step(301)
    (row,) = client.describe_image_usage_reports(ImageIds=["ami-1"], Filters=[
        {"Name": "state", "Values": ["available"]}])["ImageUsageReports"]
    entries = client.describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"]
    assert {(entry["AccountId"], entry["ResourceType"], entry["UsageCount"]) for entry in entries} == {
        (OTHER, "ec2:Instance", 2), (OTHER, "ec2:LaunchTemplate", 1), (THIRD, "ec2:Instance", 40)}
    assert {(entry["ImageId"], entry["ReportId"]) for entry in entries} == {("ami-1", report)}
    (third,) = client.describe_image_usage_report_entries(ReportIds=[report], Filters=[
        {"Name": "account-id", "Values": [THIRD]}])["ImageUsageReportEntries"]
    assert third["UsageCount"] == 40
    client.delete_image_usage_report(ReportId=report)
    with refused("InvalidImageUsageReportId.NotFound"):
        client.describe_image_usage_reports(ReportIds=[report])


def test_a_report_is_a_day_late(make):
    ec2 = make()
    theirs = ec2.sim.client("ec2", keys=OTHER_KEYS)
    theirs.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)
    theirs.create_launch_template(LaunchTemplateName="theirs", LaunchTemplateData={"ImageId": "ami-1"})
    found = []
    for _ in range(2):
        report = ec2.client().create_image_usage_report(ImageId="ami-1", ResourceTypes=TYPES)["ReportId"]
        ec2.step(301)
        found.append(len(ec2.client().describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"]))
        ec2.step(24 * 3600)
    assert found == [0, 2]


def test_a_report_can_be_about_some_accounts(make):
    usage = [{"imageId": "ami-1", "account": account, "resourceType": "ec2:LaunchTemplate", "usageCount": 1}
             for account in (OTHER, THIRD)]
    ec2 = make(imageUsage=usage)
    client = ec2.client()
    report = client.create_image_usage_report(ImageId="ami-1", AccountIds=[THIRD], ClientToken="once", ResourceTypes=[
        {"ResourceType": "ec2:LaunchTemplate", "ResourceTypeOptions": [
            {"OptionName": "version-depth", "OptionValues": ["5"]}]}])["ReportId"]
    ec2.step(301)
    entries = client.describe_image_usage_report_entries(ReportIds=[report])["ImageUsageReportEntries"]
    assert [entry["AccountId"] for entry in entries] == [THIRD]
    (row,) = client.describe_image_usage_reports()["ImageUsageReports"]
    assert row["AccountIds"] == [THIRD]
    assert row["ResourceTypes"][0]["ResourceTypeOptions"] == [{"OptionName": "version-depth", "OptionValues": ["5"]}]
    ec2.step(30 * 24 * 3600)
    assert client.describe_image_usage_reports()["ImageUsageReports"] == []


def test_only_the_owner_gets_a_report(make):
    ec2 = make()
    with refused("AuthFailure"):
        ec2.sim.client("ec2", keys=OTHER_KEYS).create_image_usage_report(ImageId="ami-1", ResourceTypes=TYPES)
    with refused("InvalidParameterValue"):
        ec2.client().create_image_usage_report(ImageId="ami-1", ResourceTypes=[{"ResourceType": "ssm:Parameter"}])


def test_a_report_can_fail(make):
    ec2 = make()
    ec2.sim.faults({"action": "CreateImageUsageReport", "kind": "fails", "value": "no luck"})
    report = ec2.client().create_image_usage_report(ImageId="ami-1", ResourceTypes=TYPES)["ReportId"]
    ec2.step(301)
    (row,) = ec2.client().describe_image_usage_reports(ReportIds=[report])["ImageUsageReports"]
    assert (row["State"], row["StateReason"]) == ("error", "no luck")


def test_what_changes_something_is_marked_so(make):
    ec2 = make()
    client = ec2.client()
    report = client.create_image_usage_report(ImageId="ami-1", ResourceTypes=TYPES)["ReportId"]
    client.delete_image_usage_report(ReportId=report)
    instance = client.run_instances(ImageId="ami-1", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    client.terminate_instances(InstanceIds=[instance])
    client.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})
    client.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-1"})
    client.delete_launch_template(LaunchTemplateName="web")
    made = {row["action"] for row in ec2.sim.ask("requests")["requests"] if row["mutating"]}
    client.describe_launch_templates()
    client.describe_launch_template_versions(Versions=["$Latest"])
    client.describe_instances()
    client.describe_image_usage_reports()
    client.describe_image_usage_report_entries()
    references(ec2)
    assert made == {row["action"] for row in ec2.sim.ask("requests")["requests"] if row["mutating"]}
    assert len(made) == 7
