"""Virtual environments of the peers: made when first needed, kept in `.bench/`, with what their file pins."""

import hashlib
import subprocess
import sys
from pathlib import Path

from tests.support.environment import ROOT


def environment(requirements: Path) -> Path:
    """The folder of an environment's programs.

    Args:
        requirements: what it holds; another text makes another environment.

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
