"""The fixtures that many tests share: the whole product, running, and people who use it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.documented import write_examples
from tests.support.environment import AGENTS, ROOT, prepare
from tests.support.postgres import postgres

# Before Django reads its settings.
DOCUMENTED = write_examples(Path(tempfile.mkdtemp(prefix="agentex-docs-")))
_AROUND = ExitStack()
"""What lasts as long as this process."""
_SERVICES = {}
if os.environ.get("AGENTEX_TEST_POSTGRES"):
    # A server of this process's own, in place of SQLite.
    _SERVICES = {
        "DATABASE_URL": _AROUND.enter_context(postgres()),
        "SECRET_KEY": "of-the-tests-and-of-nothing-else-" + "x" * 30,
    }
HITL = ROOT / "tests" / "turns_in_memory" / "hitl" / "agents"
DATA = prepare([AGENTS, ROOT / "tests" / "agents", HITL, DOCUMENTED], services=_SERVICES)

from agentex_web.accounts.hashing import BoundedPBKDF2  # noqa: E402
from tests.support.browser import browser, open_page  # noqa: E402, F401  (fixtures)
from tests.support.people import Person, new_person  # noqa: E402
from tests.support.stack import Stack  # noqa: E402
from tests.support.static_files import search_once  # noqa: E402
from tests.support.tables import tables_in  # noqa: E402

search_once()
# A hash of a password costs 0.3 s of CPU; how it is made is the same with fewer rounds.
BoundedPBKDF2.iterations = 1_000


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> None:
    """One database for the tests and for the processes that they start: the product's own, in a file."""
    from django.core.management import call_command

    if "DATABASE_URL" not in _SERVICES:
        tables_in(DATA)
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
    # A test that failed may have left a part dead.
    running_stack.restore()
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test begins first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: "upgrade" not in item.path.parts)


def pytest_sessionfinish() -> None:
    _AROUND.close()
    for folder in (DATA, DOCUMENTED):
        shutil.rmtree(folder, ignore_errors=True)
