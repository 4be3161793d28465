"""What an agent writes to another task is refused: its text would reach other people."""

import pytest
from temporalio.exceptions import ApplicationError

from agentex_web.tasks.queries import NotOfTask
from agentex_web.turns.activity_context import ActivityContext
from agentex_web.turns.running_activity import entered
from agentex_web.worker.activities.own_task import NOT_OWN_TASK, own_task


def test_a_write_to_another_task_is_refused() -> None:
    written = []
    with entered(ActivityContext(task_id="a")):
        with own_task("a"):
            written.append("a")
        with pytest.raises(ApplicationError, match="cannot write to task b") as refused, own_task("b"):
            written.append("b")
    assert written == ["a"]
    assert refused.value.type == NOT_OWN_TASK and refused.value.non_retryable


def test_a_message_of_another_task_is_refused() -> None:
    with (
        entered(ActivityContext(task_id="a")),
        pytest.raises(ApplicationError, match="another task") as refused,
        own_task("a"),
    ):
        raise NotOfTask("The message belongs to another task.")
    assert refused.value.type == NOT_OWN_TASK and refused.value.non_retryable
