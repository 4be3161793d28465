"""A separate PostgreSQL server, if PostgreSQL is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
PROGRAM = str(_FOUND[-1]) if _FOUND else shutil.which("postgres")
# The server refuses to run as root.
_USER = "postgres" if os.geteuid() == 0 else None


@contextmanager
def postgres() -> Iterator[str]:
    """Runs a server while the block runs, and yields its DATABASE_URL."""
    if PROGRAM is None:
        raise RuntimeError("PostgreSQL is not installed: there is no `postgres` program.")
    port = free_port()
    # Not inside the data directory, which other users cannot enter.
    folder = tempfile.mkdtemp(prefix="agentex-pg-")
    if _USER:
        shutil.chown(folder, _USER, _USER)
    initdb = [str(Path(PROGRAM).with_name("initdb")), "-A", "trust", "-U", "agentex", "-D", folder]
    subprocess.run(initdb, user=_USER, cwd="/", check=True, capture_output=True)
    listen = ["-h", "127.0.0.1", "-p", str(port), "-k", folder]
    server = subprocess.Popen(
        [PROGRAM, "-D", folder, *listen], user=_USER, cwd="/", stderr=subprocess.DEVNULL
    )
    try:
        ready = [str(Path(PROGRAM).with_name("pg_isready")), "-h", "127.0.0.1", "-p", str(port)]
        while subprocess.run(ready, capture_output=True).returncode:
            if server.poll() is not None:
                raise RuntimeError("PostgreSQL ended at once.")
        yield f"postgres://agentex@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(folder)
