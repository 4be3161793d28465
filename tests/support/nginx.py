"""nginx with the README's configuration, in front of two web processes."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.environment import ROOT
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE, until

PROGRAM = shutil.which("nginx")
# Settings that the README leaves out: where nginx may write, and that it stays in the foreground.
AROUND = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{}}
http {{
  access_log off; client_body_temp_path body; proxy_temp_path proxy;
  fastcgi_temp_path unused; uwsgi_temp_path unused; scgi_temp_path unused;
  {servers}
}}
"""


@contextmanager
def nginx(folder: Path, ports: tuple[int, int]) -> Iterator[str]:
    """Runs nginx while the block runs, and yields its address.

    Args:
        ports: ports of the web processes.
    """
    port = free_port()
    [servers] = re.findall(r"```nginx\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    for named, ours in zip(("8000", "8001"), ports, strict=True):
        servers = servers.replace(f"127.0.0.1:{named}", f"127.0.0.1:{ours}")
    servers = re.sub(r"listen .*;", f"listen 127.0.0.1:{port};", servers)
    (folder / "nginx.conf").write_text(AROUND.format(servers=servers))
    assert PROGRAM
    process = subprocess.Popen([PROGRAM, "-p", str(folder), "-c", "nginx.conf"], stderr=subprocess.PIPE)
    try:
        until(lambda: process.poll() is not None or answers(port), "nginx")
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(port: int) -> bool:
    """True if a port of this machine serves the login page."""
    try:
        urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=PATIENCE).close()
    except (URLError, OSError):
        return False
    return True
