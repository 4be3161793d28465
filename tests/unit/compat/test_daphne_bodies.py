"""agentex_web/compat/daphne_bodies.py is needed while Daphne has no limit on the size of request bodies."""

import inspect

from daphne.server import Server


def test_daphne_has_no_setting_that_limits_bodies() -> None:
    settings = [
        name for name in inspect.signature(Server.__init__).parameters if not name.startswith("websocket")
    ]
    assert not [name for name in settings if any(word in name for word in ("body", "max", "limit"))]
