"""What upload-ami and create-amis.sh do at AWS, call for call, so that a test can stop them anywhere.

Imitations, written from what those programs ask for: upload_ami.py of NixOS/amis (upload-ami/src/upload_ami) and
create-amis.sh of NixOS/nixpkgs (nixos/maintainers/scripts/ec2), with the same parameters in the same order. Neither
is on a package index, so the programs themselves are not run here."""

import base64
import hashlib
import json
import struct

from botocore.exceptions import ClientError
from images import BLOCK, make_image
from release_tools import BUCKET, HOME, REGIONS, until

MANAGED = "NixOS/amis"
SYSTEM = "x86_64-linux"


def make_vhd(path, mib, seed=1):
    """A fixed VHD: a raw disk and a footer (VHD specification 1.0, "Hard Disk Footer Format")."""
    make_image(path, mib, seed=seed)
    size = mib << 20
    footer = bytearray(struct.pack(">8sIIQI4sI4sQQIII16sB427x", b"conectix", 2, 0x10000, (1 << 64) - 1, 0, b"tap ",
                                   0x10000, b"Wi2k", size, size, 0, 2, 0, bytes(16), 0))
    struct.pack_into(">I", footer, 64, ~sum(footer) & 0xFFFFFFFF)
    with open(path, "ab") as file:
        file.write(footer)
    return path


def image_info(site, label="25.11.1234", system=SYSTEM, mib=3, seed=1, kind="raw", boot_mode="uefi"):
    """A Nix result folder; gives its image-info.json as a dict with the path of the folder in it."""
    folder = site.folder / f"result-{label}-{system}"
    (folder / "nix-support").mkdir(parents=True, exist_ok=True)
    name = folder / f"nixos-{label}-{system}.{kind}"
    (make_vhd if kind == "vhd" else make_image)(name, mib, seed=seed)
    info = {"label": label, "system": system, "boot_mode": boot_mode, "logical_bytes": str(mib << 20),
            "file": str(name), "format": "vpc" if kind == "vhd" else kind}
    if kind == "vhd":
        info["disks"] = {"root": {"file": str(name), "logical_bytes": str(mib << 20)}}
    (folder / "nix-support" / "image-info.json").write_text(json.dumps(info))
    return {**info, "folder": folder}


def zfs_info(site, label="25.11.1234", system=SYSTEM):
    folder = site.folder / f"result-{label}-zfs"
    (folder / "nix-support").mkdir(parents=True, exist_ok=True)
    disks = {}
    for role, mib, seed in (("boot", 2, 5), ("root", 9, 6)):
        name = folder / f"nixos-{label}-{system}.{role}.vhd"
        make_vhd(name, mib, seed=seed)
        disks[role] = {"file": str(name), "logical_bytes": str(mib << 20)}
    info = {"label": label, "system": system, "boot_mode": "uefi", "format": "vpc", "disks": disks}
    (folder / "nix-support" / "image-info.json").write_text(json.dumps(info))
    return {**info, "folder": folder}


def carry(steps, stage):
    """Goes on with a program until it has reached the stage; None: to its end."""
    reached = []
    for name in steps:
        reached.append(name)
        if name == stage:
            steps.close()
            return
    assert stage is None, f"{stage} is none of {reached}"


def seen(look):
    """until(), though what is fresh may not be known yet."""
    def patient():
        try:
            return look()
        except ClientError as error:
            assert error.response["Error"]["Code"].startswith("Invalid"), error
            return False

    return until(patient)


def asked(call, **parameters):
    """The answer of a call about something fresh."""
    return seen(lambda: call(**parameters))


def available(ec2, ami):
    def look():
        found = ec2.describe_images(Filters=[{"Name": "image-id", "Values": [ami]}])["Images"]
        return bool(found) and found[0]["State"] == "available"

    until(look)


def imported(ec2, task):
    """The snapshot of an import task, once that has ended."""
    def look():
        detail = ec2.describe_import_snapshot_tasks(ImportTaskIds=[task])["ImportSnapshotTasks"][0]
        detail = detail["SnapshotTaskDetail"]
        return detail["Status"] == "completed" and detail["SnapshotId"]

    return seen(look)


def tags_of(name, **more):
    return [{"Key": key, "Value": value} for key, value in {"Name": name, **more, "ManagedBy": MANAGED}.items()]


def everybody(ec2, ami):
    asked(ec2.modify_image_attribute, ImageId=ami, Attribute="launchPermission",
          LaunchPermission={"Add": [{"Group": "all"}]})


def direct_snapshot(site, info, name):
    """upload-ami --ebs-direct: every block of the raw file is put, zeros too."""
    ebs, digest = site.client("ebs"), hashlib.sha256(name.encode()).hexdigest()
    started = ebs.start_snapshot(VolumeSize=1, Timeout=60, ClientToken=digest, Description=name, Tags=tags_of(name))
    yield "started", started["SnapshotId"]
    with open(info["file"], "rb") as file:
        blocks = [block.ljust(BLOCK, b"\0") for block in iter(lambda: file.read(BLOCK), b"")]
    for index, block in enumerate(blocks):
        checksum = base64.b64encode(hashlib.sha256(block).digest()).decode()
        ebs.put_snapshot_block(SnapshotId=started["SnapshotId"], BlockIndex=index, BlockData=block, DataLength=BLOCK,
                               ChecksumAlgorithm="SHA256", Checksum=checksum)
    yield "put", started["SnapshotId"]
    ebs.complete_snapshot(SnapshotId=started["SnapshotId"], ChangedBlocksCount=len(blocks))
    ec2 = site.client("ec2")
    seen(lambda: ec2.describe_snapshots(SnapshotIds=[started["SnapshotId"]])["Snapshots"][0]["State"] == "completed")
    yield "tagged", started["SnapshotId"]


def upload_ami(site, info, prefix="nixos/", run_id="7", regions=REGIONS, public=False, direct=False):
    """A run of upload-ami; yields the name of each stage once it is reached."""
    ec2, s3 = site.client("ec2"), site.client("s3")
    name = f"{prefix}{info['label']}-{info['system']}.{run_id}"
    if direct:
        for stage, snapshot in direct_snapshot(site, info, name):
            yield stage
    else:
        s3.upload_file(info["file"], BUCKET, name)
        yield "uploaded"
        task = ec2.import_snapshot(
            DiskContainer={"Description": name, "Format": info["format"],
                           "UserBucket": {"S3Bucket": BUCKET, "S3Key": name}},
            TagSpecifications=[{"ResourceType": "import-snapshot-task", "Tags": tags_of(name)}], Description=name,
            ClientToken=hashlib.sha256(name.encode()).hexdigest(), RoleName="vmimport")["ImportTaskId"]
        yield "asked"
        snapshot = imported(ec2, task)
        yield "imported"
        asked(ec2.create_tags, Resources=[snapshot], Tags=tags_of(name))
        yield "tagged"
        s3.delete_object(Bucket=BUCKET, Key=name)
        yield "cleared"
    ami = asked(
        ec2.register_image, Name=name, Architecture="x86_64", BootMode=info["boot_mode"], RootDeviceName="/dev/xvda",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot, "VolumeType": "gp3"}}],
        VirtualizationType="hvm", EnaSupport=True, ImdsSupport="v2.0", SriovNetSupport="simple",
        TagSpecifications=[{"ResourceType": "image", "Tags": tags_of(name)}])["ImageId"]
    yield "registered"
    available(ec2, ami)
    asked(ec2.enable_image_deprecation, ImageId=ami, DeprecateAt="2027-03-01T00:00:00Z")
    if public:
        everybody(ec2, ami)
    yield "available"
    away = {region: site.client("ec2", region) for region in regions if region != HOME}
    copies = {}
    for region, there in away.items():
        tags = tags_of(name, SourceRegion=HOME)
        copies[region] = asked(
            there.copy_image, SourceImageId=ami, SourceRegion=HOME, Name=name, ClientToken=ami,
            TagSpecifications=[{"ResourceType": kind, "Tags": tags} for kind in ("image", "snapshot")])["ImageId"]
        yield f"copying {region}"
    for region, copy in copies.items():
        available(away[region], copy)
        if public:
            everybody(away[region], copy)
        yield f"copied {region}"


class Script:
    """create-amis.sh, with its state folder."""

    def __init__(self, site, info, regions=REGIONS, public=False):
        self.site, self.info, self.regions, self.public = site, info, regions, public
        self.folder = site.folder / "ec2-images"
        self.zfs = "boot" in info.get("disks", {})
        self.label = info["label"] + ("-ZFS" if self.zfs else "")
        self.name = f"NixOS-{self.label}-{info['system']}"
        self.description = f"NixOS {self.label} {info['system']}"
        self.ec2 = site.client("ec2")

    def key(self, region, role=None):
        return ".".join([region, self.label, *([role] if role else []), self.info["system"]])

    def write(self, key, kind, value):
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{key}.{kind}").write_text(f"{value}\n")

    def upload_disk(self, file, key):
        path = file.removeprefix("/")
        self.site.client("s3").upload_file(file, BUCKET, path)
        yield "uploaded"
        task = self.ec2.import_snapshot(
            RoleName="vmimport",
            DiskContainer={"Description": f"nixos-image-{self.label}-{self.info['system']}", "Format": "vhd",
                           "UserBucket": {"S3Bucket": BUCKET, "S3Key": path}})["ImportTaskId"]
        yield "asked, not noted"
        self.write(key, "task_id", task)
        yield "asked"
        snapshot = imported(self.ec2, task)
        yield "imported, not noted"
        self.write(key, "snapshot_id", snapshot)
        yield "imported"
        self.snapshots.append(snapshot)

    def publish(self, ec2, ami):
        available(ec2, ami)
        if self.public:
            everybody(ec2, ami)

    def run(self):
        self.snapshots = []
        roles = ["root", "boot"] if self.zfs else [None]
        for role in roles:
            for stage in self.upload_disk(self.info["disks"][role or "root"]["file"], self.key(HOME, role)):
                yield f"{stage} {role}" if role else stage
        gib = {"VolumeSize": 1, "DeleteOnTermination": True, "VolumeType": "gp3"}
        devices = [{"DeviceName": name, "Ebs": {"SnapshotId": snapshot, **gib}}
                   for name, snapshot in zip(("/dev/xvda", "/dev/xvdb"), reversed(self.snapshots))]
        devices += [{"DeviceName": f"/dev/sd{letter}", "VirtualName": f"ephemeral{i}"}
                    for i, letter in enumerate("bcde")]
        ami = asked(
            self.ec2.register_image, Name=self.name, Description=self.description, Architecture="x86_64",
            BlockDeviceMappings=devices, BootMode=self.info["boot_mode"], RootDeviceName="/dev/xvda",
            SriovNetSupport="simple", EnaSupport=True, VirtualizationType="hvm")["ImageId"]
        yield "registered, not noted"
        self.write(self.key(HOME, roles[-1]), "ami_id", ami)
        yield "registered"
        self.publish(self.ec2, ami)
        yield "available"
        for region in self.regions:
            if region == HOME:
                continue
            there = self.site.client("ec2", region)
            copy = asked(there.copy_image, SourceRegion=HOME, SourceImageId=ami, Name=self.name,
                         Description=self.description)["ImageId"]
            yield f"copying {region}, not noted"
            self.write(self.key(region), "ami_id", copy)
            yield f"copying {region}"
            self.publish(there, copy)
            yield f"copied {region}"
