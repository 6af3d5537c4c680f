"""The console of `tatami watch` under random keys and typed phrases: AWS is asked for nothing that changes anything."""

import json
import os
import pathlib
import subprocess

from release_tools import BUILD, PROGRAM, environment

WORLD = json.loads(pathlib.Path("tests/screens/watch-world.json").read_text())
KEYS = ("j k g G C-d C-u Tab S-Tab Enter Esc f / : s S a A + - Z m y Y E R C-r n r x p d D c t e Space V * U M v ? "
        "1 2 3 4 5 Up Down PgUp PgDn Home End Del Backspace").split()
PHRASES = [":release", ":go", ":public all", ":retry all", ":cancel", ":apply", "delete 3", "deregister 33",
           "public acme/1.2.3 123456789012 33"]


def script(phrases):
    lines = ["size 100x30", "env LC_ALL=C.UTF-8", "run ${TATAMI} watch", "wait 34/34 answer", "wait-idle",
             f"monkey 3000 7 {' '.join(KEYS)}"]
    for phrase in phrases:
        lines += [f"type {phrase}", "key Enter", "wait-idle"]
    lines += [f"monkey 1000 8 {' '.join(KEYS)}", "signal TERM", "exit 0"]
    return "\n".join(lines) + "\n"


def test_nothing_is_changed_by_any_key(make_site):
    site = make_site(speed=1, world=WORLD)
    keys = site.folder / "keys.tt"
    keys.write_text(script(PHRASES))
    env = environment(AWS_ENDPOINT_URL=site.sim.url, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID="AKIATATAMISIM",
                      AWS_SECRET_ACCESS_KEY="simulated-secret", TATAMI=str(PROGRAM),
                      XDG_STATE_HOME=str(site.folder / "xdg"), HOME=str(site.folder), PATH=os.environ["PATH"])
    done = subprocess.run([BUILD / "tests" / "tt", keys], env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert site.sim.count("DescribeImages") >= 34
    assert site.sim.mutations() == {}
