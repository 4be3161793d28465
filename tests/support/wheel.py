"""The wheel of this project, built without asking an index."""

import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT


def build_wheel(folder: Path) -> Path:
    """Builds it into the folder. Returns its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (path,) = folder.glob("*.whl")
    return path
