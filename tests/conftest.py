"""Shared fixtures: the whole product, running, and people who use it."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.documented import write_examples
from tests.support.environment import AGENTS, prepare
from tests.support.order import TESTS, in_order, is_serverless
from tests.support.postgres import postgres

# The tests start a hundred Python processes, which would compile the product again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Imports and the collection of tests create many objects but no garbage.
gc.disable()
# This must run before Django reads its settings.
DOCUMENTED = write_examples(Path(tempfile.mkdtemp(prefix="agentex-docs-")))
_AROUND = ExitStack()
"""Resources that last as long as this process."""
_SERVICES = {}
if os.environ.get("AGENTEX_TEST_POSTGRES"):
    # This process gets its own server, instead of SQLite.
    _SERVICES = {
        "DATABASE_URL": _AROUND.enter_context(postgres()),
        "SECRET_KEY": "of-the-tests-and-of-nothing-else-" + "x" * 30,
    }
HITL = TESTS / "turns_in_memory" / "hitl" / "agents"
DATA = prepare([AGENTS, TESTS / "agents", HITL, DOCUMENTED], services=_SERVICES)

from agentex_web.accounts.hashing import BoundedPBKDF2  # noqa: E402
from tests.support.becoming_ready import constants_later, import_a_share, read_constants  # noqa: E402
from tests.support.browser import (  # noqa: E402, F401  (fixtures)
    browser,
    browser_of_process,
    open_page,
    stop_unused_browser,
)
from tests.support.contexts import copy_no_contexts  # noqa: E402
from tests.support.emptying import empty_quickly  # noqa: E402
from tests.support.garbage import collect_rarely  # noqa: E402
from tests.support.people import Person, new_person  # noqa: E402
from tests.support.process import CAN_FORK  # noqa: E402
from tests.support.shared_imports import shared_imports  # noqa: E402
from tests.support.sharing_out import SharingOut  # noqa: E402
from tests.support.stack import Stack  # noqa: E402
from tests.support.static_files import pass_by, search_once  # noqa: E402
from tests.support.tables import tables_in  # noqa: E402

_STACKS: list[Stack] = []
"""The stack of this process, if a test has used it."""
search_once()
pass_by()
copy_no_contexts()
empty_quickly()
# A password hash costs 0.3 s of CPU. Fewer rounds run the same code.
BoundedPBKDF2.iterations = 1_000


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> None:
    """One database for the tests and the processes that they start: the product's own, in a file."""
    from django.core.management import call_command

    if "DATABASE_URL" not in _SERVICES:
        tables_in(DATA)
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0)


@pytest.fixture(scope="session")
def running_stack(django_db_setup: None) -> Iterator[Stack]:
    stack = Stack(DATA)
    _STACKS.append(stack)
    try:
        stack.start()
        yield stack
    finally:
        _STACKS.clear()
        stack.stop()


@pytest.fixture
def stack(running_stack: Stack, django_db_blocker: pytest.FixtureRequest) -> Iterator[Stack]:
    """The running product. Tests may read and write its database, which is never rolled back."""
    # A failed test may have left a part dead.
    running_stack.restore()
    running_stack.model.clear()
    with django_db_blocker.unblock():
        yield running_stack
    # pytest shows this for failed tests.
    print(running_stack.logs())


@pytest.fixture
def person(stack: Stack) -> Iterator[Person]:
    """A signed-in person whom no other test uses."""
    with new_person(stack.url) as somebody:
        yield somebody


@pytest.fixture
def ada(stack: Stack) -> Iterator[Person]:
    """Another signed-in person, with a first name that pages show."""
    with new_person(stack.url, first_name="Ada") as somebody:
        yield somebody


@pytest.fixture
def stranger(stack: Stack) -> Iterator[Person]:
    with new_person(stack.url) as somebody:
        yield somebody


def pytest_configure(config: pytest.Config) -> None:
    if CAN_FORK and config.getoption("numprocesses", None):
        from tests.support.forked_gateways import fork_gateways

        _AROUND.enter_context(shared_imports())
        fork_gateways()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharingOut | None:
    return SharingOut(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    import_a_share(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    items[:] = in_order(items)
    with constants_later():
        return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    read_constants(item)
    stop_unused_browser(item)
    if is_serverless(item.path) and _STACKS:
        # Even without chats, it takes a tenth of a core. A test that needs it starts it again.
        _STACKS[0].rest()


def pytest_collection_finish() -> None:
    gc.freeze()
    collect_rarely()
    gc.enable()


def pytest_sessionfinish() -> None:
    _AROUND.close()
    for folder in (DATA, DOCUMENTED):
        shutil.rmtree(folder, ignore_errors=True)
