"""agentex_web/compat/daphne_statuses.py is needed while Twisted's table lacks statuses that we send."""

import subprocess
import sys

from twisted.web.http import RESPONSES

from agentex_web.compat.daphne_statuses import name_all_statuses


def test_twisted_does_not_name_429() -> None:
    code = "from twisted.web.http import RESPONSES; print(RESPONSES.get(429))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).stdout == b"None\n"


def test_every_status_has_its_name() -> None:
    name_all_statuses()
    assert (RESPONSES[429], RESPONSES[404]) == (b"Too Many Requests", b"Not Found")
    assert RESPONSES[422].startswith(b"Unprocessable ")
