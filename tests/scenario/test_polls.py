"""Polling: at most one Describe call of each kind a region and round, however many images."""

import json
import re
from datetime import datetime

from release_tools import HOME

CALL = re.compile(r"ec2 (\w+) (\S+) try")


def test_one_call_a_round(make_site):
    """Between two calls of a kind in a region lies a wait. It is 5 ms of wall time at least, which are 5 s of the log's
    time; a call for each image would follow the one before at once."""
    site = make_site(speed=1000)
    paths = [f"{site.image(f'i{n}', 1 + n)},arch=arm64,label={n}" for n in range(4)]
    run = site.release("--public", paths=paths, regions=[HOME, "eu-west-1"]).ended(0)
    assert len(run.result["manifest"]["images"]) == 4
    rows = [json.loads(line) for line in (site.state / "log.jsonl").read_text().splitlines()]
    began = next(row["time"] for row in rows if "eu-west-1 creating" in row["text"])
    times = {}
    for row in rows:
        call = CALL.match(row["text"]) if row["what"] == "call" else None
        if call and row["time"] >= began and call[2] == "eu-west-1" and call[1].startswith("Describe"):
            times.setdefault(call[1], []).append(datetime.fromisoformat(row["time"].replace("Z", "+00:00")))
    assert set(times) == {"DescribeImages", "DescribeSnapshots"}
    for action, moments in times.items():
        waits = [(after - before).total_seconds() for before, after in zip(moments, moments[1:])]
        at_once = [wait for wait in waits if wait < 3]
        # A cell that moves asks for an early look; four calls a round would make three of four waits short.
        assert len(at_once) <= len(waits) / 4, (action, waits)
