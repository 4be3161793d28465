"""The tests have a data directory, a database and ports of their own; a running dashboard is not touched.

The environment is set before Django reads it. Empty, not absent: so that no `.env` fills anything in.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

ROOT = Path(__file__).resolve().parent.parent
# A short path: Redis listens on a socket in it, and those paths have at most 108 bytes.
DATA = Path(tempfile.mkdtemp(prefix="agentex-"))

os.environ.update(
    AGENTEX_DATA_DIR=str(DATA),
    AGENTEX_AGENT_DIRS=f"{ROOT / 'agents'},{ROOT / 'tests' / 'agents'}",
    DJANGO_SETTINGS_MODULE="agentex_web.settings",
    PORT="8000",
    **dict.fromkeys(
        (
            "DATABASE_URL",
            "REDIS_URL",
            "TEMPORAL_ADDRESS",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "AGENTEX_MODEL_API",
            "SECRET_KEY",
        ),
        "",
    ),
)
os.environ["AGENTEX_MODEL_API"] = "responses"

django.setup()

from tests.browser import browser, open_page  # noqa: E402, F401  (fixtures)
from tests.people import Person, new_person  # noqa: E402
from tests.stack import Stack  # noqa: E402


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> None:
    """One database for the tests and for the processes that they start: the product's own, in a file."""
    from django.core.management import call_command

    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)


@pytest.fixture(scope="session")
def running_stack(django_db_setup: None) -> Iterator[Stack]:
    stack = Stack(DATA)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(running_stack: Stack, django_db_blocker: pytest.FixtureRequest) -> Iterator[Stack]:
    """All parts, running; the record may be read and written, and is never rolled back."""
    running_stack.model.clear()
    with django_db_blocker.unblock():
        yield running_stack
    # Shown where the test failed.
    print(running_stack.logs())


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    """Somebody who is signed in, and whom no other test knows."""
    with new_person(stack.url) as somebody:
        yield somebody


@pytest.fixture
def stranger(stack: Stack) -> Iterator[Person]:
    with new_person(stack.url) as somebody:
        yield somebody


def pytest_sessionfinish() -> None:
    shutil.rmtree(DATA, ignore_errors=True)
