"""The command line of the demo model: `python -m agentex_web.demo_model --help`."""

import argparse
import asyncio
import signal
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import create_app, model_calls
from .demo import Demo


def options() -> argparse.Namespace:
    """The options on the command line."""
    parser = argparse.ArgumentParser(description="A model server without a model. It speaks the OpenAI API.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one and prints it")
    parser.add_argument("--tokens-per-second", type=float, default=40.0, help="0 is as fast as possible")
    parser.add_argument("--first-token-after", type=float, default=0.15, metavar="SECONDS", help="a pause")
    return parser.parse_args()


class _Server(uvicorn.Server):
    """Sleeps until a signal. uvicorn's own server wakes ten times a second to see whether it should end."""

    async def main_loop(self) -> None:
        leave = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leave.set)
        if not self.should_exit:  # A signal may have come before.
            await leave.wait()


def serve(app: Starlette, host: str, port: int, protocol: type[H11Protocol] = H11Protocol) -> int:
    """Prints the address and serves `app` until SIGTERM or SIGINT; returns the exit code."""
    # uvicorn raises the signal again after it has stopped; exit with 0 on that, and on an early signal.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        listener = socket.create_server((host, port), backlog=2048)
    except OSError as error:
        print(f"Cannot listen on {host}:{port}: {error.strerror}.", file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app, http=protocol, ws="none", access_log=False, log_level="warning", date_header=False
    )
    # Clients keep idle connections for 5 s (openai 3.57). Closing earlier might cut off a request.
    config.timeout_keep_alive, config.timeout_graceful_shutdown = 75, 1
    print(f"Demo model on http://{host}:{listener.getsockname()[1]}/v1", flush=True)
    _Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    chosen = options()
    demo = Demo(chosen.tokens_per_second, chosen.first_token_after)
    sys.exit(serve(create_app(model_calls(demo)), chosen.host, chosen.port))
