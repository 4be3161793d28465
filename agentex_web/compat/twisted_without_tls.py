"""Imports Twisted without TLS, which the web process does not speak: a proxy in front of it does.

Twisted 26.10 imports pyOpenSSL and service-identity if they are installed, and Daphne requires them. They
take 2.5 MiB, and autobahn 26.10 looks for them too. Here both work as they do where these are not installed.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

_TLS = "OpenSSL"


@contextmanager
def without_tls() -> Iterator[None]:
    """In the block, which imports Twisted for the first time, pyOpenSSL counts as not installed."""
    if _TLS in sys.modules:
        yield
        return
    # None makes the import fail with an ImportError.
    sys.modules[_TLS] = cast(ModuleType, None)
    try:
        yield
    finally:
        del sys.modules[_TLS]
