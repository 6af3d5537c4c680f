#!/usr/bin/python3
"""What orchestration, the console and an upload cost, beside their budgets and peers.

    tests/bench/run.py BUILD [THEME...]

THEME is one of the modules below, all of them when none is named. Prints a table, and leaves BUILD/bench.json. Ends
with 1 when a budget does not hold that must on every machine.
"""

import importlib
import json
import os
import pathlib
import sys
import time

THEMES = "orchestration", "idle", "busy", "upload", "direct", "account"
HEADINGS = "", "figure", "unit", "limit or peer", "ratio"
WIDTHS = 54, 8, 6, 22, 6


def number(value):
    """Three digits that count, and no more."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def print_row(*cells):
    name, figure, unit, limit, ratio = WIDTHS
    print(f"  {cells[0]:{name}} {cells[1]:>{figure}} {cells[2]:{unit}} {cells[3]:{limit}} {cells[4]:>{ratio}}".rstrip(),
          flush=True)


def cells_of(row):
    limit = f"{row.against} {number(row.limit)}" if row.against else ""
    return row.name, number(row.figure), row.unit, limit, "" if row.ratio is None else f"{row.ratio:.2f}"


def main(arguments):
    build = pathlib.Path(arguments[0]).resolve()
    report = {"cpus": os.cpu_count(), "kernel": os.uname().release, "themes": {}}
    start = time.monotonic()
    broken = []
    for name in arguments[1:] or THEMES:
        theme = importlib.import_module(name)
        print(f"\n{theme.__doc__.splitlines()[0]}\n", flush=True)
        print_row(*HEADINGS)
        rows = []
        for row in theme.rows_of(build):
            print_row(*cells_of(row))
            rows.append({**vars(row), "ratio": row.ratio})
            broken += [row.name] if row.broken else []
        report["themes"][name] = rows
    report["seconds"] = round(time.monotonic() - start)
    (build / "bench.json").write_text(json.dumps(report, indent=1) + "\n")
    print(f"\n{report['seconds']} s; {build / 'bench.json'}")
    for name in broken:
        print(f"over its budget: {name}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
