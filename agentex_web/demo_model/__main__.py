"""Command line of the demo model: `python -m agentex_web.demo_model --help`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sys
from types import FrameType

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import create_app
from .service import Service

# Clients keep idle connections for 5 s (openai 3.54); a server that closed first could cut off a new request.
_KEEP_ALIVE_SECONDS = 75


class _OpenHanded(H11Protocol):
    """Lets the application see its transport: a scripted fault drops the connection without an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    # uvicorn tells this process's story; ours is one line per request.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # uvicorn raises the signal again when it has stopped; this ends that, and an early signal, as a success.
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        listener = socket.create_server((options.host, options.port), backlog=2048)
    except OSError as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error.strerror}.", file=sys.stderr)
        return 1
    service = Service(options.tokens_per_second, options.first_token_after)
    config = uvicorn.Config(
        create_app(service),
        http=_OpenHanded,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=0,
    )
    host, port = listener.getsockname()[:2]
    print(f"Demo model on http://{host}:{port}/v1", flush=True)
    uvicorn.Server(config).run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m agentex_web.demo_model", description="A demo model that speaks the OpenAI API."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one and prints it")
    parser.add_argument("--tokens-per-second", type=float, default=40.0, help="0 is as fast as possible")
    parser.add_argument("--first-token-after", type=float, default=0.15, metavar="SECONDS")
    return parser


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
