"""Sites for the tests of releases: made when asked for, ended with the test."""

from concurrent.futures import ThreadPoolExecutor

import pytest

pytest.register_assert_rewrite("release_tools")

from release_tools import Site  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "smoke: one of each kind, for builds with sanitizers, which are slow")


@pytest.fixture
def make_site(tmp_path):
    """make_site(world=..., speed=...): as many as a test likes; also from threads."""
    sites, number = [], iter(range(10000))

    def make(**options):
        site = Site(tmp_path / f"site{next(number)}", **options)
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.stop()


@pytest.fixture
def site(make_site):
    return make_site()


@pytest.fixture
def for_each(make_site):
    """for_each(check, cases): check(site, case) for every case, a few at a time, each with a site of its own; fails
    with all that failed."""

    def one(check, case, options):
        site = make_site(**options)
        try:
            check(site, case)
        except Exception as error:  # pylint: disable=broad-except
            return f"=== {case} in {site.folder}: {type(error).__name__}: {error}"
        return None

    def run_all(check, cases, at_once=4, **options):
        with ThreadPoolExecutor(at_once) as pool:
            failed = [text for text in pool.map(lambda case: one(check, case, options), cases) if text]
        assert not failed, "\n".join(failed)

    return run_all
