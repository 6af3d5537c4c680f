"""The way to AWS's own names: a region whose name is not found, or who answers there with a certificate that is none
of its own. No --endpoint: what is signed, sent and compared is what goes to AWS."""

import pytest
from release_tools import BUILD, Sim, until

BAD = "eu-west-1"
PRELOAD = BUILD / "tests" / "names.so"
CONTAINED = ("--public", "--stall", "5")
# What becomes of the sick region's name: an answer of the name server, or the options of who is there; and the words.
ILLS = {
    "no such name": ("-", "resolve host"),
    "no name server": ("?", "resolve host"),
    "another authority": (("--tls",), "certificate"),
    "another name": (("--tls", "--tls-flaw", "name"), "elsewhere.example|no alternative|does not match|certificate"),
    "expired": (("--tls", "--tls-flaw", "expired"), "expired|certificate"),
    "no TLS": ((), "SSL|wrong version"),
}
TRUSTED = "another name", "expired"  # whose authority is known


@pytest.fixture
def lead(make_site):
    """lead(name): a site that is reached by AWS's names, its file of names, and who is at the sick region's."""
    others = []

    def make(name):
        site = make_site(options=("--tls",))
        what = ILLS[name][0]
        bundle = open(site.sim.ca, encoding="ascii").read()
        if not isinstance(what, str):
            others.append(Sim(*what))
            if name in TRUSTED:
                bundle += open(others[-1].ca, encoding="ascii").read()
            what = others[-1].url.rsplit(":", 1)[1]
        (site.folder / "ca.pem").write_text(bundle)
        site.names = site.folder / "names"
        site.healthy = f". {site.sim.url.rsplit(':', 1)[1]}\n"
        site.names.write_text(f"{BAD} {what}\n{site.healthy}")
        del site.env["AWS_ENDPOINT_URL"]
        site.env |= {"LD_PRELOAD": str(PRELOAD), "TATAMI_NAMES": str(site.names),
                     "AWS_CA_BUNDLE": str(site.folder / "ca.pem")}
        return site

    yield make
    for other in others:
        other.stop()


def test_whole_release_by_name(lead):
    site = lead("no such name")
    site.names.write_text(site.healthy)
    site.release("--public").ended(0)
    site.check_no_doubles()
    site.check_public()


@pytest.mark.parametrize("name", ILLS)
def test_one_region(lead, name):
    """Told, contained, nothing given away; and good again once the name leads to AWS."""
    site = lead(name)
    run = site.release(*CONTAINED).ended(3)
    failure, = run.failures()
    assert failure["region"] == BAD and "advice" in failure
    assert any(event.get("state") == "retrying" for event in run.events)
    site.check_private()
    said = failure["text"]
    assert any(word in said for word in ILLS[name][1].split("|")), said
    assert len(site.sim.images()) == 2
    site.names.write_text(site.healthy)
    site.resume().ended(0)
    site.check_no_doubles()
    site.check_public()


def test_comes_back_by_itself(lead):
    """A name that is found again in time needs nobody."""
    site = lead("no such name")
    run = site.start_release("--public", "--stall", "600")
    until(lambda: any('"retrying"' in line for line in run.lines))
    site.names.write_text(site.healthy)
    run.finish().ended(0)
    site.check_public()


@pytest.mark.parametrize("name", ["no such name", "expired"])
def test_home(lead, name):
    """Where everything begins: one sentence, and nothing was sent."""
    site = lead(name)
    row = site.names.read_text().splitlines()[0].split()[1]
    site.names.write_text(f". {row}\n")
    run = site.release(*CONTAINED, json=False).ended(1)
    assert site.sim.requests() == []
    said = [line for line in run.lines + run.errors if any(word in line for word in ILLS[name][1].split("|"))]
    assert said, run.text
