"""Every action of the simulator, done by boto3 as a person would: a whole release, its publishing, and its cleanup, with
boto3's own validation, paginators and waiters."""

import base64
import datetime
import hashlib
import json
import warnings
import zlib

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from recorder import Recorder
from release_tools import HOME, KEY, SECRET, Sim, until

AWAY = "eu-west-1"
ACCOUNT, OTHER = "123456789012", "333333333333"
BUCKET, DISK = "by-hand", "disk.raw"
MIB = 1 << 20
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example"
WORLD = {
    "accounts": [{"id": ACCOUNT, "alias": "acme"}],
    "roles": [
        {"name": "releaser", "trust": {"Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}]}},
        {"name": "ci", "trust": {"Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": PROVIDER}}]}},
        {"name": "Admin", "trust": {}}, {"name": "vmimport", "trust": {"Statement": [
            {"Effect": "Allow", "Principal": {"Service": "vmie.amazonaws.com"}, "Action": "sts:AssumeRole"}]},
         "policies": {"all": {"Statement": [{"Effect": "Allow", "Action": ["s3:*", "ec2:*"], "Resource": "*"}]}}}],
    "identityTokens": [{"token": "idp.token", "provider": PROVIDER}],
    "ssoSessions": [{"startUrl": "https://acme.awsapps.com/start", "accessToken": "access", "clientId": "client",
                     "clientSecret": "secret", "refreshToken": "refresh",
                     "assignments": [{"account": ACCOUNT, "role": "Admin"}]}]}
SOME_DAY = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=300)
PASSING = {"IncorrectState", "InvalidSnapshot.InUse", "InvalidConversionTaskId", "InvalidConversionTaskId.Malformed"}
SOON = {"Delay": 0.2, "MaxAttempts": 200}


class Everything:
    def __init__(self, folder):
        (folder / "world.json").write_text(json.dumps(WORLD))
        self.sim = Sim("--speed", 2000, "--seed", 5, "--world", folder / "world.json")
        self.recorder = Recorder(self.sim.url)
        self.images, self.pages = {}, {}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.run()

    def stop(self):
        self.recorder.stop()
        self.sim.stop()

    def run(self):
        self.sign_in()
        self.make_role()
        self.make_bucket()
        self.upload()
        self.import_disk()
        self.register()
        self.copy()
        self.publish()
        self.use()
        self.ask_what_uses_it()
        self.write_blocks()
        self.keep_parameters()
        self.clean_up()
        self.restore()
        self.empty_bucket()

    def client(self, service, region=HOME):
        """It tries again as the SDKs do, so that what is new may be unknown for a while."""
        session = boto3.session.Session(KEY, SECRET, region_name=region)
        return session.client(service, endpoint_url=self.recorder.url, config=Config(
            retries={"mode": "standard", "max_attempts": 8}, s3={"addressing_style": "path"}))

    def known(self, call, **parameters):
        """Until what is new is known everywhere, and what is busy is not."""

        def ask():
            try:
                return call(**parameters)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if not code.endswith("NotFound") and code not in PASSING:
                    raise
                return None

        return until(ask)

    def wait(self, client, name, **parameters):
        """A waiter; what is ready may be missed once, and that ends one at AWS as well."""

        def waited():
            try:
                client.get_waiter(name).wait(**parameters, WaiterConfig=SOON)
            except WaiterError as error:
                if "NotFound" not in str(error):
                    raise
                return False
            return True

        until(waited)

    def all_pages(self, client, name, size=None, **parameters):
        """A paginator's answers; how many pages it took is kept."""
        paging = {"PaginationConfig": {"PageSize": size}} if size else {}
        pages = list(client.get_paginator(name).paginate(**parameters, **paging))
        self.pages[name] = len(pages)
        return pages

    # Who

    def sign_in(self):
        sts = self.client("sts")
        assert sts.get_caller_identity()["Account"] == ACCOUNT
        role = f"arn:aws:iam::{ACCOUNT}:role/"
        assert sts.assume_role(RoleArn=role + "releaser", RoleSessionName="me")["Credentials"]["SessionToken"]
        sts.assume_role_with_web_identity(RoleArn=role + "ci", RoleSessionName="ci", WebIdentityToken="idp.token")
        token = self.client("sso-oidc").create_token(
            clientId="client", clientSecret="secret", grantType="refresh_token", refreshToken="refresh")
        self.client("sso").get_role_credentials(roleName="Admin", accountId=ACCOUNT, accessToken=token["accessToken"])

    def make_role(self):
        iam = self.client("iam")
        assert self.all_pages(iam, "list_account_aliases")[0]["AccountAliases"] == ["acme"]
        trust = {"Version": "2012-10-17", "Statement": []}
        iam.create_role(RoleName="import", AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(RoleName="import", PolicyName="read", PolicyDocument=json.dumps(trust))
        assert self.known(iam.get_role, RoleName="import")["Role"]["AssumeRolePolicyDocument"] == trust
        assert self.all_pages(iam, "list_role_policies", RoleName="import")[0]["PolicyNames"] == ["read"]
        assert iam.get_role_policy(RoleName="import", PolicyName="read")["PolicyDocument"] == trust
        quotas = self.client("service-quotas")
        asked = {"ServiceCode": "ebs", "QuotaCode": "L-1774F84A"}
        assert quotas.get_aws_default_service_quota(**asked)["Quota"]["Value"] > 0
        try:
            assert quotas.get_service_quota(**asked)["Quota"]["Value"] > 0
        except quotas.exceptions.NoSuchResourceException:
            assert quotas.get_service_quota(ServiceCode="ebs", QuotaCode="L-AFAE1BE8")["Quota"]["Value"] > 0
        assert len(self.client("ec2").describe_regions(AllRegions=True)["Regions"]) > 30

    # The disk

    def make_bucket(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        self.wait(s3, "bucket_exists", Bucket=BUCKET)
        s3.head_bucket(Bucket=BUCKET)
        assert [row["Name"] for row in s3.list_buckets()["Buckets"]] == [BUCKET]
        assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
        s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
        s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [
            {"ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""},
             "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]})
        assert s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
        assert s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
        with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
            s3.get_bucket_policy_status(Bucket=BUCKET)
        assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]

    def upload(self):
        s3 = self.client("s3")
        self.disk = bytes(5 * MIB) + b"tatami" * 512 + bytes(MIB - 6 * 512)
        made = s3.create_multipart_upload(Bucket=BUCKET, Key=DISK, ChecksumAlgorithm="CRC32", Tagging="Name=disk")
        upload = {"Bucket": BUCKET, "Key": DISK, "UploadId": made["UploadId"]}
        for number, part in enumerate((self.disk[:5 * MIB], self.disk[5 * MIB:]), 1):
            answer = s3.upload_part(**upload, PartNumber=number, Body=part, ChecksumAlgorithm="CRC32")
            assert base64.b64decode(answer["ChecksumCRC32"]) == zlib.crc32(part).to_bytes(4, "big")
        assert self.all_pages(s3, "list_multipart_uploads", Bucket=BUCKET)[0]["Uploads"][0]["Key"] == DISK
        parts = [row for page in self.all_pages(s3, "list_parts", 1, **upload) for row in page.get("Parts", [])]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [
            {name: row[name] for name in ("PartNumber", "ETag", "ChecksumCRC32")} for row in parts]})
        self.wait(s3, "object_exists", Bucket=BUCKET, Key=DISK)
        other = s3.create_multipart_upload(Bucket=BUCKET, Key="other")
        s3.abort_multipart_upload(Bucket=BUCKET, Key="other", UploadId=other["UploadId"])
        assert s3.get_object_tagging(Bucket=BUCKET, Key=DISK)["TagSet"] == [{"Key": "Name", "Value": "disk"}]
        s3.put_object_tagging(Bucket=BUCKET, Key=DISK, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        s3.delete_object_tagging(Bucket=BUCKET, Key=DISK)
        for number in range(3):
            s3.put_object(Bucket=BUCKET, Key=f"small/{number}", Body=b"x" * number)
        assert s3.get_object(Bucket=BUCKET, Key="small/2")["Body"].read() == b"xx"
        assert s3.head_object(Bucket=BUCKET, Key=DISK)["ContentLength"] == len(self.disk)
        for action in ("list_objects", "list_objects_v2"):
            pages = self.all_pages(s3, action, 2, Bucket=BUCKET, Prefix="small/")
            assert [row["Key"] for page in pages for row in page["Contents"]] == [f"small/{n}" for n in range(3)]

    def import_disk(self):
        ec2 = self.client("ec2")
        where = {"Format": "RAW", "UserBucket": {"S3Bucket": BUCKET, "S3Key": DISK}}
        tags = [{"ResourceType": "import-snapshot-task", "Tags": [{"Key": "Name", "Value": "disk"}]}]
        other = ec2.import_snapshot(DiskContainer=where, ClientToken="other")["ImportTaskId"]
        self.known(ec2.cancel_import_task, ImportTaskId=other, CancelReason="not this one")
        task = ec2.import_snapshot(DiskContainer=where, ClientToken="one", TagSpecifications=tags)["ImportTaskId"]
        self.known(ec2.describe_import_snapshot_tasks, ImportTaskIds=[task])
        self.wait(ec2, "snapshot_imported", ImportTaskIds=[task])
        pages = self.all_pages(ec2, "describe_import_snapshot_tasks", 1)
        rows = {row["ImportTaskId"]: row for page in pages for row in page["ImportSnapshotTasks"]}
        assert set(rows) == {task, other}
        self.snapshot = rows[task]["SnapshotTaskDetail"]["SnapshotId"]
        self.known(ec2.describe_snapshots, SnapshotIds=[self.snapshot])
        self.wait(ec2, "snapshot_completed", SnapshotIds=[self.snapshot])
        self.known(ec2.create_tags, Resources=[self.snapshot], Tags=[{"Key": "Name", "Value": "d"}, {"Key": "x",
                                                                                                   "Value": ""}])
        ec2.delete_tags(Resources=[self.snapshot], Tags=[{"Key": "x"}])
        self.all_pages(ec2, "describe_tags", 5, Filters=[{"Name": "resource-id", "Values": [self.snapshot]}])
        assert self.sim.blocks(snapshot=self.snapshot)

    # The AMIs

    def register(self):
        ec2 = self.client("ec2")
        tags = [{"ResourceType": "image", "Tags": [{"Key": "Name", "Value": "nixos"}]}]
        devices = [{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": self.snapshot, "VolumeType": "gp3"}}]
        rest = {"Architecture": "x86_64", "VirtualizationType": "hvm", "RootDeviceName": "/dev/xvda",
                "BlockDeviceMappings": devices, "EnaSupport": True, "BootMode": "uefi", "ImdsSupport": "v2.0",
                "TpmSupport": "v2.0", "SriovNetSupport": "simple", "Description": "by hand"}
        for name in ("one", "two"):
            image = ec2.register_image(Name=name, TagSpecifications=tags, **rest)["ImageId"]
            self.images[name] = image
            self.wait(ec2, "image_exists", ImageIds=[image])
            self.wait(ec2, "image_available", ImageIds=[image])
        pages = self.all_pages(ec2, "describe_images", 1, Owners=["self"])
        (row,) = [row for page in pages for row in page["Images"] if row["Name"] == "one"]
        for name in ("Architecture", "BootMode", "ImdsSupport", "TpmSupport", "SriovNetSupport", "Description"):
            assert row[name] == rest[name]
        for name in ("description", "launchPermission", "bootMode", "tpmSupport", "imdsSupport"):
            ec2.describe_image_attribute(ImageId=row["ImageId"], Attribute=name)

    def copy(self):
        ec2 = self.client("ec2", AWAY)
        image = ec2.copy_image(Name="one", SourceImageId=self.images["one"], SourceRegion=HOME, ClientToken="away",
                               CopyImageTags=True)["ImageId"]
        self.wait(ec2, "image_exists", ImageIds=[image])
        self.wait(ec2, "image_available", ImageIds=[image])
        self.images["away"] = image
        copy = ec2.copy_snapshot(SourceRegion=HOME, SourceSnapshotId=self.snapshot, Description="alone")["SnapshotId"]
        self.known(ec2.describe_snapshots, SnapshotIds=[copy])
        self.wait(ec2, "snapshot_completed", SnapshotIds=[copy])
        pages = self.all_pages(ec2, "describe_snapshots", 5, OwnerIds=["self"])
        assert copy in {row["SnapshotId"] for page in pages for row in page["Snapshots"]}

    def publish(self):
        ec2, image, everyone = self.client("ec2"), self.images["one"], [{"Group": "all"}]
        for kind, state in (("image", "block-new-sharing"), ("snapshot", "block-all-sharing")):
            getattr(ec2, f"enable_{kind}_block_public_access")(
                **{f"{kind.capitalize()}BlockPublicAccessState" if kind == "image" else "State": state})
            getattr(ec2, f"get_{kind}_block_public_access_state")()
            getattr(ec2, f"disable_{kind}_block_public_access")()
        open_ = "unblocked"
        until(lambda: ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"] == open_)
        until(lambda: ec2.get_snapshot_block_public_access_state()["State"] == open_)
        ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [*everyone, {"UserId": OTHER}]})
        until(lambda: ec2.describe_images(ImageIds=[image])["Images"][0]["Public"])
        ec2.modify_snapshot_attribute(SnapshotId=self.snapshot, Attribute="createVolumePermission",
                                      OperationType="add", GroupNames=["all"])
        until(lambda: ec2.describe_snapshot_attribute(SnapshotId=self.snapshot, Attribute="createVolumePermission")[
            "CreateVolumePermissions"] == everyone)
        ec2.enable_image_deprecation(ImageId=image, DeprecateAt=SOME_DAY)
        until(lambda: ec2.describe_images(ImageIds=[image])["Images"][0].get("DeprecationTime"))
        ec2.enable_image_deprecation(ImageId=self.images["two"], DeprecateAt=SOME_DAY)
        ec2.disable_image_deprecation(ImageId=self.images["two"])
        ec2.enable_image_deregistration_protection(ImageId=image, WithCooldown=False)
        ec2.disable_image_deregistration_protection(ImageId=image)
        ec2.disable_image(ImageId=self.images["two"])
        ec2.enable_image(ImageId=self.images["two"])

    # What uses them

    def use(self):
        ec2, image = self.client("ec2"), self.images["one"]
        launched = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro")
        instance = launched["Instances"][0]["InstanceId"]
        self.known(ec2.describe_instances, InstanceIds=[instance])
        self.wait(ec2, "instance_running", InstanceIds=[instance])
        self.all_pages(ec2, "describe_instances", 5)
        self.instance = instance
        ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})
        self.known(ec2.describe_launch_templates, LaunchTemplateNames=["web"])
        self.known(ec2.create_launch_template_version, LaunchTemplateName="web", LaunchTemplateData={"ImageId": image})
        until(lambda: len(ec2.describe_launch_template_versions(LaunchTemplateName="web")[
            "LaunchTemplateVersions"]) == 2)
        self.all_pages(ec2, "describe_launch_templates")
        self.all_pages(ec2, "describe_launch_template_versions", 1, LaunchTemplateName="web")

    def ask_what_uses_it(self):
        ec2, image = self.client("ec2"), self.images["one"]
        until(lambda: {row["ResourceType"] for page in self.all_pages(
            ec2, "describe_image_references", ImageIds=[image], IncludeAllResourceTypes=True)
            for row in page["ImageReferences"]} == {"ec2:Instance", "ec2:LaunchTemplate"})
        kinds = [{"ResourceType": "ec2:Instance"}, {"ResourceType": "ec2:LaunchTemplate", "ResourceTypeOptions": [
            {"OptionName": "version-depth", "OptionValues": ["20"]}]}]
        report = ec2.create_image_usage_report(ImageId=image, ResourceTypes=kinds)["ReportId"]
        self.known(ec2.describe_image_usage_reports, ReportIds=[report])
        until(lambda: ec2.describe_image_usage_reports(ReportIds=[report])["ImageUsageReports"][0]["State"] ==
              "available")
        self.all_pages(ec2, "describe_image_usage_report_entries", ReportIds=[report])
        ec2.delete_image_usage_report(ReportId=report)
        ec2.delete_launch_template_versions(LaunchTemplateName="web", Versions=["2"])
        ec2.delete_launch_template(LaunchTemplateName="web")
        ec2.terminate_instances(InstanceIds=[self.instance])
        self.wait(ec2, "instance_terminated", InstanceIds=[self.instance])

    def write_blocks(self):
        ebs, ec2, block = self.client("ebs"), self.client("ec2"), b"tatami!!" * 65536
        made, parent = [], {}
        checksum = base64.b64encode(hashlib.sha256(block).digest()).decode()
        for index in (0, 1):
            snapshot = ebs.start_snapshot(VolumeSize=1, Description="direct", Timeout=60, **parent)["SnapshotId"]
            self.known(ebs.put_snapshot_block, SnapshotId=snapshot, BlockIndex=index, BlockData=block,
                       DataLength=len(block), Checksum=checksum, ChecksumAlgorithm="SHA256")
            ebs.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=1)
            self.known(ec2.describe_snapshots, SnapshotIds=[snapshot])
            self.wait(ec2, "snapshot_completed", SnapshotIds=[snapshot])
            parent = {"ParentSnapshotId": snapshot}
            made.append(snapshot)
        (row, _) = ebs.list_snapshot_blocks(SnapshotId=made[1], MaxResults=100)["Blocks"]
        got = ebs.get_snapshot_block(SnapshotId=made[1], BlockIndex=row["BlockIndex"], BlockToken=row["BlockToken"])
        assert got["BlockData"].read() == block and got["Checksum"] == checksum
        changed = ebs.list_changed_blocks(FirstSnapshotId=made[0], SecondSnapshotId=made[1])
        assert [row["BlockIndex"] for row in changed["ChangedBlocks"]] == [1]

    def keep_parameters(self):
        ssm, name = self.client("ssm"), "/acme/latest"
        ssm.put_parameter(Name=name, Value=self.images["one"], Type="String", DataType="aws:ec2:image")
        until(lambda: ssm.get_parameters(Names=[name])["Parameters"])
        assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == self.images["one"]
        ssm.label_parameter_version(Name=name, ParameterVersion=1, Labels=["good"])
        assert self.all_pages(ssm, "get_parameters_by_path", Path="/acme")[0]["Parameters"]
        assert self.all_pages(ssm, "get_parameter_history", Name=name)[0]["Parameters"][0]["Labels"] == ["good"]
        ssm.put_parameter(Name="/acme/other", Value="x", Type="String")
        assert ssm.delete_parameters(Names=["/acme/other", "/nobody"])["InvalidParameters"] == ["/nobody"]
        ssm.delete_parameter(Name=name)

    # Cleanup

    def clean_up(self):
        ec2, rbin = self.client("ec2"), self.client("rbin")
        week = {"RetentionPeriodValue": 7, "RetentionPeriodUnit": "DAYS"}
        self.rules = [rbin.create_rule(ResourceType=kind, RetentionPeriod=week, Description="a week")["Identifier"]
                      for kind in ("EC2_IMAGE", "EBS_SNAPSHOT")]
        for kind in ("EC2_IMAGE", "EBS_SNAPSHOT"):
            until(lambda kind=kind: any(page["Rules"] for page in self.all_pages(
                rbin, "list_rules", ResourceType=kind)))
        until(lambda: all(rbin.get_rule(Identifier=rule)["Status"] == "available" for rule in self.rules))
        ec2.modify_image_attribute(ImageId=self.images["one"], LaunchPermission={"Remove": [{"UserId": OTHER}]})
        ec2.reset_image_attribute(ImageId=self.images["one"], Attribute="launchPermission")
        ec2.reset_snapshot_attribute(SnapshotId=self.snapshot, Attribute="createVolumePermission")
        for name in ("one", "two"):
            ec2.deregister_image(ImageId=self.images[name])
        self.known(ec2.delete_snapshot, SnapshotId=self.snapshot)

    def restore(self):
        ec2, rbin = self.client("ec2"), self.client("rbin")
        until(lambda: {row["ImageId"] for page in self.all_pages(ec2, "list_images_in_recycle_bin", 1)
                       for row in page["Images"]} == {self.images["one"], self.images["two"]})
        until(lambda: [row["SnapshotId"] for page in self.all_pages(ec2, "list_snapshots_in_recycle_bin")
                       for row in page["Snapshots"]] == [self.snapshot])
        ec2.restore_snapshot_from_recycle_bin(SnapshotId=self.snapshot)
        self.known(ec2.restore_image_from_recycle_bin, ImageId=self.images["one"])
        self.wait(ec2, "image_available", ImageIds=[self.images["one"]])
        for rule in self.rules:
            rbin.delete_rule(Identifier=rule)

    def empty_bucket(self):
        s3 = self.client("s3")
        gone = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": f"small/{n}"} for n in range(3)]})
        assert len(gone["Deleted"]) == 3
        s3.delete_object(Bucket=BUCKET, Key=DISK)
        self.wait(s3, "object_not_exists", Bucket=BUCKET, Key=DISK)
        s3.delete_bucket(Bucket=BUCKET)
        self.wait(s3, "bucket_not_exists", Bucket=BUCKET)
