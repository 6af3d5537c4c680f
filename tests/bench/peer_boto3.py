#!/usr/bin/python3
"""A snapshot uploader as boto3 programs write it: every block of the file, 64 workers. For tests/bench.

    peer_boto3.py FILE WORKERS

Prints the seconds from the first block to the last, as JSON."""

import base64
import concurrent.futures
import hashlib
import json
import os
import pathlib
import sys
import time

import boto3
import botocore.config

BLOCK = 512 << 10
UNKNOWN_S = 20  # so long a new snapshot may be unknown


def put(client, snapshot, path, index):
    with open(path, "rb") as file:
        file.seek(index * BLOCK)
        data = file.read(BLOCK).ljust(BLOCK, b"\0")
    digest = hashlib.sha256(data).digest()
    deadline = time.monotonic() + UNKNOWN_S
    while True:
        try:
            client.put_snapshot_block(SnapshotId=snapshot, BlockIndex=index, BlockData=data, DataLength=BLOCK,
                                      Checksum=base64.b64encode(digest).decode(), ChecksumAlgorithm="SHA256")
            return digest
        except client.exceptions.ResourceNotFoundException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def main(path, workers):
    client = boto3.client("ebs", config=botocore.config.Config(max_pool_connections=workers))
    size = pathlib.Path(path).stat().st_size
    token = f"{os.getpid()}-{time.time_ns()}"
    snapshot = client.start_snapshot(VolumeSize=-(-size // (1 << 30)), ClientToken=token)["SnapshotId"]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        digests = list(pool.map(lambda index: put(client, snapshot, path, index), range(-(-size // BLOCK))))
    upload_s = time.monotonic() - start
    linear = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode()
    client.complete_snapshot(SnapshotId=snapshot, ChangedBlocksCount=len(digests), Checksum=linear,
                             ChecksumAlgorithm="SHA256", ChecksumAggregationMethod="LINEAR")
    print(json.dumps({"snapshot": snapshot, "upload_s": upload_s}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
