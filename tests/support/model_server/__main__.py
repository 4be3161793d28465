"""The command line of the scripted model server; its options are those of the demo model."""

from __future__ import annotations

import asyncio
import sys

from uvicorn.protocols.http.h11_impl import H11Protocol

from agentex_web.demo_model.__main__ import options, serve
from agentex_web.demo_model.demo import Demo
from tests.support.model_server.app import create_app


class _OpenHanded(H11Protocol):
    """Gives the application its transport, so that a scripted fault can close the connection without a response."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


if __name__ == "__main__":
    chosen = options()
    demo = Demo(chosen.tokens_per_second, chosen.first_token_after)
    sys.exit(serve(create_app(demo), chosen.host, chosen.port, _OpenHanded))
