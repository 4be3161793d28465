"""The scripted model server as a subprocess."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.waiting import PATIENCE

Json = dict[str, Any]

_ROOT = Path(__file__).resolve().parents[3]


class ModelServer:
    """A running model server on a free port.

    Args:
        tokens_per_second: pace of answers that set none; 0, the default here, is as fast as possible.
        first_token_after: seconds before the first delta of answers that set none.

    Attributes:
        url: the base URL for an OpenAI client, with `/v1`.
    """

    def __init__(self, tokens_per_second: float = 0.0, first_token_after: float = 0.0) -> None:
        pace = ["--tokens-per-second", str(tokens_per_second), "--first-token-after", str(first_token_after)]
        command = [sys.executable, "-m", "tests.support.model_server", "--port", "0", *pace]
        self._process = subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        first_line = self._process.stdout.readline()
        assert "http://" in first_line, f"the model server did not start: {first_line!r}"
        self.url = first_line.split()[-1]

    def script(self, *output: Json, match: str | None = None, times: int | None = 1, **fields: Any) -> None:
        """Add a script that answers one model call with `output`.

        Args:
            output: items from `builders`.
            match: use the script only if the latest user message contains this.
            times: how often to use it; None means forever.
            fields: `fault`, `hold_after`, `tokens_per_second`, `first_token_after`, `match_instructions`,
                `match_result`.
        """
        self._call("POST", "/script", {"output": output, "match": match, "times": times, **fields})

    def script_steps(self, *steps: Json, match: str | None = None, times: int | None = 1) -> None:
        """Add a script that answers successive model calls; see `step`."""
        self._call("POST", "/script", {"steps": steps, "match": match, "times": times})

    def requests(self, match: str = "") -> list[Json]:
        """The recorded requests, oldest first, whose latest user message contains `match`."""
        records: list[Json] = self._call("GET", "/script/requests")["requests"]
        return [record for record in records if match in record["last_user_text"]]

    def wait_for(self, condition: Callable[[Json], bool], match: str = "") -> Json:
        """Waits for a recorded request that satisfies `condition`, and returns the first.

        Raises:
            AssertionError: there was none within `PATIENCE` seconds.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for record in self.requests(match):
                if condition(record):
                    return record
            time.sleep(0.01)
        raise AssertionError(f"no such request; there were {self.requests(match)}")

    def release(self, match: str | None = None) -> int:
        """Let answers with `hold_after` continue. Returns how many there were."""
        released: int = self._call("POST", "/script/release", {"match": match})["released"]
        return released

    def clear(self) -> None:
        """Delete scripts and records, and let held answers continue."""
        self._call("DELETE", "/script")

    def stop(self) -> int:
        """Stop the server with SIGTERM, as a supervisor does, and return its exit status."""
        self._process.terminate()
        try:
            return self._process.wait(PATIENCE)
        finally:
            # A server that ignores SIGTERM fails its test, but must not outlive it.
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    def __enter__(self) -> ModelServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _call(self, method: str, path: str, body: Json | None = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url.removesuffix("/v1") + path, data, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer: Json = json.load(response)
        return answer
