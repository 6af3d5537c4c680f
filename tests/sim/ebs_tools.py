"""What the EBS direct tests share: blocks, their digests, and a writer that knows nothing but the API."""
import base64
import hashlib
import os

from ec2_tools import HOME, Ec2

BLOCK = 512 * 1024
GIB_BLOCKS = 2048


def block(number=None):
    """A block that holds its number, or noise."""
    return os.urandom(BLOCK) if number is None else number.to_bytes(8, "big") * (BLOCK // 8)


def sha256(data):
    return hashlib.sha256(data).digest()


def base(digest):
    return base64.b64encode(digest).decode()


def linear(blocks):
    """The aggregate over {index: bytes}."""
    return base(sha256(b"".join(sha256(blocks[index]) for index in sorted(blocks))))


class Ebs(Ec2):
    """One simulator with its clock stopped, as an uploader sees it."""

    def ebs(self, region=HOME):
        return self.client("ebs", region)

    def start(self, gib=1, region=HOME, **more):
        """A snapshot that takes blocks by now."""
        snapshot = self.ebs(region).start_snapshot(VolumeSize=gib, **more)["SnapshotId"]
        self.step(10)
        return snapshot

    def put(self, snapshot, index, data, region=HOME, **more):
        return self.ebs(region).put_snapshot_block(**{
            "SnapshotId": snapshot, "BlockIndex": index, "BlockData": data, "DataLength": BLOCK,
            "Checksum": base(sha256(data)), "ChecksumAlgorithm": "SHA256", **more})

    def complete(self, snapshot, blocks, region=HOME, **more):
        return self.ebs(region).complete_snapshot(**{
            "SnapshotId": snapshot, "ChangedBlocksCount": len(blocks), "Checksum": linear(blocks),
            "ChecksumAlgorithm": "SHA256", "ChecksumAggregationMethod": "LINEAR", **more})

    def snapshot(self, snapshot, region=HOME):
        return self.client(region=region).describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]

    def completed(self, snapshot, region=HOME):
        return self.until(lambda: self.snapshot(snapshot, region)["State"] == "completed"
                          and self.snapshot(snapshot, region))

    def written(self, blocks, gib=1, region=HOME, **more):
        """A completed snapshot of {index: bytes}."""
        snapshot = self.start(gib, region, **more)
        for index, data in blocks.items():
            self.put(snapshot, index, data, region)
        self.complete(snapshot, blocks, region)
        self.completed(snapshot, region)
        return snapshot

    def content(self, snapshot):
        """{index: hexadecimal digest} of what is not zero."""
        return {index: digest for index, digest in self.sim.blocks(snapshot=snapshot)["blocks"]}


def digests(blocks):
    return {index: sha256(data).hex() for index, data in blocks.items() if any(data)}
