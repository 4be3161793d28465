"""A migrated database that is built once and copied. Migrations take 2 s of CPU, per process and run."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.environment import NOTHING_GIVEN, ROOT

FOLDER = ROOT / ".pytest_cache" / "tables"
NAME = "agentex.sqlite3"


def tables_in(data: Path) -> None:
    """Copies an SQLite file with all tables, and only the rows of the migrations, into a data directory."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    template = FOLDER / f"{_version()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        # The processes of a run start together. One of them builds the template while the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            _make(template)
    shutil.copyfile(template, data / NAME)
    (data / NAME).chmod(0o600)


def _version() -> str:
    """A version that changes with the migrations, ours or a library's."""
    digest = hashlib.sha256()
    for path in [ROOT / "requirements.txt", *sorted((ROOT / "agentex_web").rglob("migrations/*.py"))]:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(template: Path) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        environment = {
            **os.environ,
            **dict.fromkeys(NOTHING_GIVEN, ""),
            "AGENTEX_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "agentex_web.settings",
        }
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        (Path(folder) / NAME).rename(template)
