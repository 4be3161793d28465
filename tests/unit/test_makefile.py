"""Which Python `make` makes the virtual environment from. The Pythons of these tests are scripts."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.environment import ROOT

PYTHON = """#!/bin/sh
case "$2" in
  *ensurepip*) exit {suits} ;;
  *optimizations*) exit {quick} ;;
  venv) echo "made with {name}" ;;
esac
"""
YES, NO = 0, 1


def made_with(folder: Path, *options: str, **pythons: tuple[int, int]) -> str:
    for name, (suits, quick) in pythons.items():
        script = folder / name.replace("_", ".")
        script.write_text(PYTHON.format(name=script.name, suits=suits, quick=quick))
        script.chmod(0o755)
    # Those of the machine come after these.
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"):
        environment.pop(name, None)
    target = folder / ".venv"
    command = ["make", f"VENV={target}", *options, f"{target}/bin/python"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("newest", "older", "expected"),
    [
        ((YES, YES), (YES, YES), "python3.13"),
        ((YES, NO), (YES, YES), "python3.12"),
        ((NO, YES), (YES, YES), "python3.12"),
    ],
    ids=["the newest", "one that is built with optimizations", "one that can be used"],
)
def test_the_python_of_the_environment(
    tmp_path: Path, newest: tuple[int, int], older: tuple[int, int], expected: str
) -> None:
    assert f"made with {expected}\n" in made_with(tmp_path, python3_13=newest, python3_12=older)


def test_a_python_that_is_named_is_used_and_what_it_lacks_is_said(tmp_path: Path) -> None:
    output = made_with(tmp_path, f"PYTHON={tmp_path}/python3.12", python3_13=(YES, YES), python3_12=(YES, NO))
    assert "made with python3.12\n" in output
    assert "built without optimizations" in output
