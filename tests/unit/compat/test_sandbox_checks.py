"""agentex_web/compat/sandbox_checks.py is needed while each check of a workflow passes through functions of Python."""

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from temporalio.worker.workflow_sandbox import SandboxMatcher, SandboxRestrictions, _importer
from temporalio.worker.workflow_sandbox._importer import Importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext, _RestrictedProxy

from agentex_web.compat import sandbox_checks

CONTEXT = RestrictionContext()
PROXY: Any = _RestrictedProxy("datetime", datetime, CONTEXT, SandboxMatcher.none)


@pytest.fixture
def without_patch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_importer, "_thread_local_builtins", {})


@pytest.fixture
def in_workflow(without_patch: None, request: pytest.FixtureRequest) -> Iterator[None]:
    if request.param:
        sandbox_checks.install()
        sandbox_checks.install()
    with Importer(SandboxRestrictions.default.with_passthrough_all_modules(), CONTEXT).applied():
        yield


def calls_of_a_check() -> int:
    calls: list[str] = []
    sys.setprofile(lambda frame, event, _: calls.append(event) if event == "call" else None)
    isinstance(1, int)
    sys.setprofile(None)
    return len(calls)


@pytest.mark.parametrize(("in_workflow", "most"), [(False, 9), (True, 1)], indirect=["in_workflow"])
def test_a_check_is_one_call(in_workflow: None, most: int) -> None:
    assert most // 2 < calls_of_a_check() <= most


@pytest.mark.parametrize("in_workflow", [False, True], indirect=True)
def test_proxies_are_looked_through(in_workflow: None) -> None:
    assert isinstance(datetime.now(), PROXY) and issubclass(PROXY, datetime)
    assert not isinstance(1, PROXY) and not issubclass(int, PROXY)
    assert isinstance(1, (str, int)) and issubclass(bool, int)


@pytest.mark.parametrize("in_workflow", [True], indirect=True)
def test_wrong_arguments_are_refused(in_workflow: None) -> None:
    wrong: Any = "int"
    with pytest.raises(TypeError, match="must be a type"):
        isinstance(1, wrong)
