"""Where a child workflow that continues as new works in its turn."""

from types import SimpleNamespace
from typing import Any

import pytest
from temporalio import workflow
from temporalio.worker import ContinueAsNewInput

from agentex_web.turns.activity_context import ActivityContext, context_of
from agentex_web.turns.progress import TurnProgress
from agentex_web.turns.workflow_outbound import WorkflowOutbound


def continued(received: ActivityContext, started: int) -> ActivityContext:
    """What the next run gets from one that has started so many activities. A handler of a signal continues it,
    which belongs to no turn.
    """
    sent: list[ContinueAsNewInput] = []
    outbound: Any = WorkflowOutbound(SimpleNamespace(continue_as_new=sent.append))  # type: ignore[arg-type]
    outbound.received = received
    outbound.progress = TurnProgress("turn", "task", path=received.path, steps_started=started)
    given: Any = SimpleNamespace(args=[], headers={})
    outbound.continue_as_new(given)
    found = context_of(sent[0].headers)
    assert found is not None
    return found


def test_later_runs_of_a_child_stay_below_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    # Also if the first run was retried: Temporal then names the run before it, too.
    info = SimpleNamespace(parent="parent", continued_run_id="the failed run")
    monkeypatch.setattr(workflow, "info", lambda: info)
    second = continued(ActivityContext(task_id="task", turn_id="turn", path="000003"), started=2)
    third = continued(second, started=5)
    assert (second.path, third.path) == ("000003000003", "000003000004")
    assert (third.task_id, third.turn_id) == ("task", "turn")
