"""What the EC2 tests of the simulator share: clients, steps of its clock, disks, and patience."""
import contextlib

import pytest
from botocore.exceptions import ClientError

MIB = 1 << 20
BUCKET = "acme-images"
HOME = "us-east-1"


class Ec2:
    """One simulator with its clock stopped, as a maintainer of images sees it."""

    def __init__(self, sim):
        self.sim = sim
        self.sim.clock(stop=True)
        self.clients = {}

    def client(self, service="ec2", region=HOME):
        if (service, region) not in self.clients:
            self.clients[service, region] = self.sim.client(service, region)
        return self.clients[service, region]

    def step(self, seconds):
        self.sim.clock(step=seconds)

    @contextlib.contextmanager
    def raw(self, operation, **parameters):
        """A client that adds parameters which this botocore does not know to every call of one operation."""

        def add(params, **_):
            params["body"].update({name.replace("__", "."): value for name, value in parameters.items()})

        client, event = self.client(), f"before-call.ec2.{operation}"
        client.meta.events.register(event, add)
        yield client
        client.meta.events.unregister(event, add)

    def until(self, look, seconds=7200, step=15):
        """Steps until look() is true and gives its value; what is not known yet counts as false."""
        for _ in range(0, seconds, step):
            with contextlib.suppress(ClientError):
                if value := look():
                    return value
            self.step(step)
        pytest.fail("it never came")

    # a disk becomes a snapshot, a snapshot an image, an image a copy

    def bucket(self, region=HOME, name=BUCKET):
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.client("s3", region).create_bucket(Bucket=name, **where)
        return name

    def upload(self, data, key="disk.raw"):
        with contextlib.suppress(ClientError):
            self.bucket()
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=data)
        return key

    def start_import(self, key, form="RAW", **more):
        container = {"Format": form, "UserBucket": {"S3Bucket": BUCKET, "S3Key": key}}
        return self.client().import_snapshot(DiskContainer=container, **more)["ImportTaskId"]

    def task(self, task):
        tasks = self.client().describe_import_snapshot_tasks(ImportTaskIds=[task])["ImportSnapshotTasks"]
        return tasks[0]["SnapshotTaskDetail"]

    def imported(self, data=b"disk" * 1000, key="disk.raw", form="RAW"):
        task = self.start_import(self.upload(data, key), form)
        detail = self.until(lambda: self.task(task)["Status"] in ("completed", "deleted") and self.task(task))
        assert detail["Status"] == "completed", detail
        snapshot = detail["SnapshotId"]
        self.until(lambda: self.client().describe_snapshots(SnapshotIds=[snapshot]), step=1)
        return snapshot

    def register(self, name="nixos-1", snapshot=None, **more):
        snapshot = snapshot or self.imported()
        device = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}
        values = {"Name": name, "Architecture": "x86_64", "VirtualizationType": "hvm",
                  "RootDeviceName": "/dev/xvda", "EnaSupport": True, "BlockDeviceMappings": [device], **more}
        return self.client().register_image(**values)["ImageId"]

    def image(self, image, region=HOME):
        """The image, asked twice since one answer may miss it."""
        for last in (False, True):
            try:
                return self.client(region=region).describe_images(ImageIds=[image])["Images"][0]
            except ClientError:
                if last:
                    raise

    def available(self, image, region=HOME):
        return self.until(lambda: self.image(image, region)["State"] == "available" and self.image(image, region))

    def registered(self, name="nixos-1", snapshot=None, **more):
        image = self.register(name, snapshot, **more)
        self.available(image)
        return image

    def copy(self, image, region, name="nixos-1", **more):
        return self.client(region=region).copy_image(
            Name=name, SourceImageId=image, SourceRegion=HOME, **more)["ImageId"]

    def public(self, image, region=HOME):
        return self.client(region=region).modify_image_attribute(
            ImageId=image, LaunchPermission={"Add": [{"Group": "all"}]})

    def snapshots(self, region=HOME):
        found = self.sim.state()["snapshots"]
        return [snapshot for snapshot in found if snapshot["region"] == region]


@contextlib.contextmanager
def refused(code, words=""):
    """The call inside answers that error, and its message holds those words."""
    with pytest.raises(ClientError) as error:
        yield error
    answer = error.value.response["Error"]
    assert (answer["Code"], words in answer["Message"]) == (code, True), answer
