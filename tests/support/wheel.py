"""Builds the wheel of this project without a package index."""

import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT


def build_wheel(folder: Path) -> Path:
    """Builds the wheel into the folder and returns its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    return path
