"""Virtual environments of the peers. They are created on first use in `.bench/`, from pinned requirements."""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT


def environment(requirements: Path) -> Path:
    """Creates the environment if it is missing, and returns the folder of its programs.

    Args:
        requirements: the requirements file. Another content makes another environment.

    Raises:
        CalledProcessError: pip could not install it.
    """
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = ROOT / ".bench" / f"{requirements.stem}-{digest}"
    installed = folder / "installed"
    if not installed.exists():
        print(
            f"    Installing {requirements.name} into {folder} (a minute or two the first time) ...",
            flush=True,
        )
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", requirements], check=True)
        installed.touch()
    return folder / "bin"
