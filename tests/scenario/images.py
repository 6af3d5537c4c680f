"""Disk images to release: a few MiB of noise and holes."""

import hashlib
import random

MIB = 1 << 20
BLOCK = 512 * 1024


def make_image(path, mib, seed=1):
    """A raw image of that many MiB: noise in the first and the last one, and in every fourth between."""
    noise = random.Random(f"{seed}/{mib}")
    with open(path, "wb") as file:
        file.truncate(mib * MIB)
        for at in sorted({0, mib - 1, *range(0, mib, 4)}):
            file.seek(at * MIB)
            file.write(noise.randbytes(MIB))
    return path


def blocks_of(path):
    """{index: SHA-256} of the blocks that hold anything, as the simulator tells them."""
    blocks = {}
    with open(path, "rb") as file:
        for index, block in enumerate(iter(lambda: file.read(BLOCK), b"")):
            if block.count(0) != len(block):
                blocks[index] = hashlib.sha256(block).hexdigest()
    return blocks


def digest_of(path):
    """SHA-256 over the SHA-256 digests of the blocks in order."""
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            whole.update(hashlib.sha256(block).digest())
    return f"sha256-512k:{whole.hexdigest()}"
