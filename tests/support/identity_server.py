"""A small OpenID Connect server on loopback. Everyone who logs in is the same person."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

CODE = "a-code"


class IdentityServer:
    """
    Attributes:
        person: the claims about that person.
        exchanged: the form data of the requests that exchanged a code for a token.
    """

    def __init__(self, port: int, person: dict[str, Any]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.person = person
        self.exchanged: list[dict[str, list[str]]] = []

    def answer(self, path: str, body: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.url,
                    "authorization_endpoint": f"{self.url}/authorize",
                    "token_endpoint": f"{self.url}/token",
                    "userinfo_endpoint": f"{self.url}/userinfo",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            case "/token":
                self.exchanged.append(parse_qs(body))
                return {"access_token": "a-token", "token_type": "Bearer", "expires_in": 60}
            case "/userinfo":
                return self.person
            case _:
                return None


@contextmanager
def identity_server(person: dict[str, Any]) -> Iterator[IdentityServer]:
    """Runs the server while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            found = known.answer(self.path.partition("?")[0], body)
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = IdentityServer(server.server_address[1], person)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
