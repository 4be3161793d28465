"""A short `make chaos`: while parts are killed, nothing is lost, doubled, mixed up or stuck."""

import subprocess
import sys

from tests.support.environment import ROOT

FAULTS = ("worker killed", "web killed", "temporal killed", "redis restored from a snapshot")
SECONDS = 400.0
"""Limit on a busy machine; the run takes 30 s on an idle one."""


def test_nothing_is_lost_while_parts_are_killed() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--people", "3", "--seed", "5", "--first", "2"]
    command += ["--words", "12"]
    # Enough minutes for all four faults.
    gap = 0.5
    command += ["--gap", str(gap), "--minutes", str(len(FAULTS) * (gap + 8) / 60 + 0.01)]
    run = subprocess.Popen(
        [*command, "--only", ",".join(FAULTS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = run.communicate(timeout=SECONDS)
    finally:
        # On SIGTERM, the run stops everything that it has started.
        run.terminate()
        run.wait(60)
    assert run.returncode == 0, said
    for fault in FAULTS:
        assert f"{fault}: a new message was answered after" in said, said
