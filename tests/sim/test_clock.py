"""Simulated time: speed, stop, step; and that wall time stays wall time."""

import datetime
import email.utils
import urllib.request

import pytest


def now(sim):
    return sim.clock()["now_ms"] / 1000


def wall():
    return datetime.datetime.now(datetime.timezone.utc).timestamp()


def test_starts_at_wall_time(sim):
    assert abs(now(sim) - wall()) < 5
    assert sim.clock()["speed"] == 1


def test_a_stopped_clock_stands_and_steps(sim):
    stopped = sim.clock(stop=True)["now_ms"]
    assert sim.clock() == {**sim.clock(), "now_ms": stopped, "speed": 0}
    assert sim.clock(step=90)["now_ms"] == stopped + 90_000
    assert sim.clock()["now_ms"] == stopped + 90_000
    assert sim.clock(speed=1)["now_ms"] >= stopped + 90_000


def test_step_to_the_next_event(sim):
    sim.clock(stop=True)
    with pytest.raises(urllib.error.HTTPError) as error:
        sim.clock(step="next")
    assert error.value.code == 409
    sim.client("iam").create_role(RoleName="fresh", AssumeRolePolicyDocument='{"Statement": []}')
    next_ms = sim.clock()["next_ms"]
    assert 5_000 <= next_ms - sim.clock()["now_ms"] <= 30_000
    assert sim.clock(step="next")["now_ms"] == next_ms
    assert "next" not in sim.clock()


def test_the_same_seed_gives_the_same_durations(start_sim):
    def delay(seed, others):
        sim = start_sim("--seed", seed)
        sim.clock(stop=True)
        iam = sim.client("iam")
        for name in [*others, "fresh"]:
            sim.clock(step=60)
            iam.create_role(RoleName=name, AssumeRolePolicyDocument='{"Statement": []}')
        return sim.clock()["next_ms"] - sim.clock()["now_ms"]

    assert delay(1, []) == delay(1, ["another", "third"])
    assert len({delay(seed, []) for seed in range(4)}) > 1


def test_speed_does_not_touch_wall_time(start_sim):
    sim = start_sim("--speed", 1000)
    before = now(sim)
    for _ in range(20):
        assert sim.client("sts").get_caller_identity()
    assert now(sim) - before > 20
    with urllib.request.urlopen(sim.url + "/_sim/clock") as answer:
        date = email.utils.parsedate_to_datetime(answer.headers["Date"])
    assert abs(date.timestamp() - wall()) < 5
    sim.client("s3").create_bucket(Bucket="images")
    created = sim.client("s3").list_buckets()["Buckets"][0]["CreationDate"]
    assert created.timestamp() > wall() + 10


def test_reset(sim):
    s3 = sim.client("s3")
    s3.create_bucket(Bucket="images")
    sim.client("iam").create_role(RoleName="fresh", AssumeRolePolicyDocument='{"Statement": []}')
    sim.faults({"kind": "throttle"})
    sim.reset()
    state = sim.state()
    assert state["buckets"] == [] and [r["name"] for r in state["roles"]] == ["vmimport"]
    assert sim.ask("faults")["faults"] == [] and sim.requests() == {}
    assert "next" not in sim.clock()
