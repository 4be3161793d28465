"""The web process does not load what Twisted needs for TLS only."""

import subprocess
import sys

import pytest

from tests.support.environment import ROOT

IMPORT = """
import sys
from agentex_web.compat.twisted_without_tls import without_tls
{block}
    import daphne.server, daphne.ws_protocol
print([each for each in ("OpenSSL", "service_identity", "cryptography.x509") if each in sys.modules])
"""


@pytest.mark.parametrize(
    "block, loaded",
    [
        ("with without_tls():", []),
        # If this fails, the patch is no longer needed.
        ("if True:", ["OpenSSL", "service_identity", "cryptography.x509"]),
    ],
)
def test_pyopenssl_is_loaded_only_without_the_patch(block: str, loaded: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT.format(block=block)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(loaded), done.stderr
