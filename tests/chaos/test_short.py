"""A short run of `make chaos`: six people, three faults, about 40 s on an idle machine."""

import subprocess
import sys

import pytest

from tests.support.environment import ROOT

SEED = "1"


@pytest.mark.alone
def test_nothing_is_lost_doubled_or_stuck() -> None:
    """In a process of its own: the run has a database and a data directory of its own."""
    faults = "worker killed,redis restored from a snapshot,sockets dropped"
    command = ["--minutes", "0.5", "--people", "6", "--gap", "1", "--seed", SEED, "--only", faults]
    run = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *command], cwd=ROOT, capture_output=True, text=True, timeout=280
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "| **lost** | 0 |" in run.stdout and "| **page ≠ record** | 0 |" in run.stdout
    assert "never" not in run.stdout
