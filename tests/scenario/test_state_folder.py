"""The state folder: its owner's alone, and no link in it leads anywhere."""

import os
import stat

import pytest


def modes(folder):
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in sorted(folder.rglob("*"))}


def test_everything_is_private(make_site):
    """Whatever the umask says."""
    site = make_site()
    site.release(preexec=lambda: os.umask(0)).ended(0)
    found = modes(site.state)
    assert {"journal.db", "log.jsonl", "lock"} <= set(found)
    assert stat.S_IMODE(site.state.stat().st_mode) == 0o700
    for path in site.state.rglob("*"):
        assert found[str(path.relative_to(site.state))] == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.parametrize("name", ["journal.db", "journal.gate", "log.jsonl"])
@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing"])
def test_no_file_that_is_a_link(site, name, there):
    target = site.folder / "target"
    if there:
        target.write_bytes(b"")
        target.chmod(0o644)
    site.state.mkdir(parents=True)
    (site.state / name).symlink_to(target)
    run = site.run("resume", "--state", site.state).ended(1)
    assert name in run.text and len(run.errors) == 1
    assert target.exists() == there
    assert not there or (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"", 0o644)


def test_no_folder_of_locks_that_is_a_link(site):
    elsewhere = site.folder / "elsewhere"
    elsewhere.mkdir()
    site.state.mkdir(parents=True)
    (site.state / "lock").symlink_to(elsewhere)
    run = site.release()
    assert run.status == 1 and "lock" in run.text
    assert not list(elsewhere.iterdir()) and not site.sim.mutations()


def test_the_folder_itself_may_be_behind_a_link(site):
    real = site.folder / "real"
    real.mkdir()
    site.state.parent.mkdir(parents=True, exist_ok=True)
    site.state.symlink_to(real)
    site.run("resume", "--state", site.state).ended(0)
    assert (real / "journal.db").exists()
