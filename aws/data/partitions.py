#!/usr/bin/python3
"""Writes aws/partition_table.c from aws/data/partitions.json: `aws/data/partitions.py && make format`."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("name", "prefix", "suffix", "dual_suffix", "iam_host", "iam_fips_host", "iam_dual_host", "iam_fips_dual_host",
          "iam_region", "account_region", "first_region")


def quoted(text):
    return json.dumps(text)


def main():
    table = json.loads((HERE / "partitions.json").read_text())
    lines = ["/* The partitions and their regions; aws/data/partitions.py writes this file from",
             " * aws/data/partitions.json, which names its source. */", '#include "aws/partition.h"', ""]
    for row in table["partitions"]:
        regions = ", ".join(quoted(name) for name in row["regions"])
        word = row["name"].replace("-", "_")
        lines += [f"static const char *const {word}_regions[] = {{{regions}, NULL}};", ""]
    lines.append("const struct partition partitions[] = {")
    for row in table["partitions"]:
        fields = ", ".join(f".{name} = {quoted(row[name])}" for name in FIELDS if name in row)
        lines.append(f"{{{fields}, .regions = {row['name'].replace('-', '_')}_regions}},")
    lines += ["};", "const size_t partition_count = sizeof partitions / sizeof partitions[0];"]
    (HERE.parent / "partition_table.c").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
