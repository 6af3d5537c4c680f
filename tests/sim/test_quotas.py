"""Service Quotas: what an account may, and AWS's defaults."""
import pytest
from ec2_tools import refused

PUTS = {"ServiceCode": "ebs", "QuotaCode": "L-AFAE1BE8"}
PUTS_OF_SNAPSHOT = {"ServiceCode": "ebs", "QuotaCode": "L-1774F84A"}


@pytest.fixture
def world(write_json):
    quotas = {"L-AFAE1BE8": 5000, "eu-west-1/L-AFAE1BE8": 7000, "L-1774F84A": 2000}
    return write_json({"accounts": [{"id": "123456789012", "quotas": quotas}]})


def test_a_default_is_told(sim):
    quotas = sim.client("service-quotas")
    quota = quotas.get_service_quota(**PUTS)["Quota"]
    assert (quota["Value"], quota["Adjustable"], quota["ServiceCode"], quota["QuotaCode"]) == (
        1000, True, "ebs", "L-AFAE1BE8")


def test_what_cannot_be_adjusted_has_a_default_only(sim):
    quotas = sim.client("service-quotas")
    with refused("NoSuchResourceException"):
        quotas.get_service_quota(**PUTS_OF_SNAPSHOT)
    assert quotas.get_aws_default_service_quota(**PUTS_OF_SNAPSHOT)["Quota"]["Value"] == 1000


def test_an_account_has_its_own_by_region(start_sim, world):
    sim = start_sim("--world", world)
    here, there = sim.client("service-quotas"), sim.client("service-quotas", "eu-west-1")
    assert here.get_service_quota(**PUTS)["Quota"]["Value"] == 5000
    assert there.get_service_quota(**PUTS)["Quota"]["Value"] == 7000
    assert here.get_service_quota(**PUTS_OF_SNAPSHOT)["Quota"]["Value"] == 2000
    assert here.get_aws_default_service_quota(**PUTS)["Quota"]["Value"] == 1000


@pytest.mark.parametrize("wrong", [{"QuotaCode": "L-00000000"}, {"ServiceCode": "ec2"}])
def test_what_is_unknown_is_refused(sim, wrong):
    with refused("NoSuchResourceException"):
        sim.client("service-quotas").get_service_quota(**{**PUTS, **wrong})
