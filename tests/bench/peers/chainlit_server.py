"""Runs Chainlit and uses its page as a person would. Chainlit stores no messages and does not survive a crash."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.bench.page import watching
from tests.bench.peers.environment import environment
from tests.support.stack import free_port
from tests.support.waiting import PATIENCE, until

_HERE = Path(__file__).parent
_TEXT = '[data-step-type="assistant_message"] .message-content'
WATCH = watching(_TEXT)


@contextmanager
def chainlit(model_url: str) -> Iterator[str]:
    """Runs Chainlit while the block runs, and yields its address.

    Args:
        model_url: base URL of the model server.
    """
    port = free_port()
    command = [environment(_HERE / "chainlit.txt") / "chainlit", "run", _HERE / "chainlit_app.py"]
    with tempfile.TemporaryDirectory(prefix="chainlit-") as folder, Path(folder, "log").open("w+") as log:
        process = subprocess.Popen(
            [*command, "--headless", "--port", str(port)],
            # Without our environment. Chainlit writes its own settings into its folder.
            env={
                "PATH": os.environ["PATH"],
                "HOME": folder,
                "CHAINLIT_APP_ROOT": folder,
                "MODEL_URL": model_url,
            },
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            until(lambda: _answers(port), lambda: f"Chainlit to answer\n{Path(folder, 'log').read_text()}")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def say(page: Page, words: str) -> None:
    """Types the words and presses Enter; returns when the answer is complete."""
    answered = page.locator(_TEXT).count()
    box = page.locator("#chat-input")
    box.fill(words)
    # The page accepts no message before its socket is open.
    expect(page.locator("#chat-submit")).to_be_enabled()
    box.press("Enter")
    expect(page.locator(_TEXT)).to_have_count(answered + 1)
    expect(page.locator("#stop-button")).to_have_count(0)


def _answers(port: int) -> bool:
    try:
        urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE).close()
    except OSError:
        return False
    return True
