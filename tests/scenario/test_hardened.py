"""How both programs are built: what makes a mistake in memory end them instead of serving an attacker."""

import subprocess

import pytest

from release_tools import PROGRAM

PROGRAMS = [PROGRAM, PROGRAM.with_name("tatami-sim")]


def readelf(program, *what):
    return subprocess.run(["readelf", "--wide", *what, program], capture_output=True, text=True, check=True).stdout


@pytest.fixture(params=PROGRAMS, ids=lambda program: program.name)
def program(request):
    return request.param


def test_it_lies_anywhere(program):
    """-fPIE -pie: a position-independent executable, not a library."""
    assert "DYN (Position-Independent Executable file)" in readelf(program, "--file-header")


def test_its_tables_are_read_only(program):
    """-z relro -z now: all symbols are bound at the start, then nothing rewrites them."""
    assert " GNU_RELRO " in readelf(program, "--program-headers")
    dynamic = readelf(program, "--dynamic")
    assert "BIND_NOW" in dynamic and "Flags: NOW PIE" in dynamic


def test_nothing_writes_code(program):
    """No segment is both written and executed, the stack neither."""
    rows = [line for line in readelf(program, "--program-headers").splitlines() if line.startswith("  ")]
    assert any(line.split()[0] == "GNU_STACK" for line in rows)
    assert not any(" RWE " in line for line in rows)


@pytest.mark.parametrize("names", [("__stack_chk_fail",), ("__memcpy_chk", "__snprintf_chk", "__vsnprintf_chk")],
                         ids=["stack protector", "fortify"])
def test_overruns_end_it(program, names):
    """-fstack-protector-strong, -D_FORTIFY_SOURCE: the checking functions are what it calls."""
    symbols = readelf(program, "--dyn-syms")
    assert any(name + "@" in symbols for name in names)
