"""The in-memory record behaves like the database record."""

from pathlib import Path

from agentex_web.adk.testing import endings, shown_answer
from agentex_web.adk.testing.record_activities import RecordActivities
from agentex_web.adk.testing.task_activities import STATE_BYTES, TITLE_LENGTH
from agentex_web.adk.testing.worker import MODEL_ATTEMPTS, MODEL_TIMEOUT
from agentex_web.journal import stops, task, tool_calls
from agentex_web.tasks import state
from agentex_web.tasks.message_ids import tool_message_id
from agentex_web.worker.activities import record_activities
from agentex_web.worker.model import rows


def test_they_use_the_same_words() -> None:
    assert endings.NOT_SEEN == stops.NOT_SEEN
    assert (endings.NOT_RUN, endings.NO_END, endings.NOT_RECORDED) == (
        tool_calls.NOT_RUN,
        tool_calls.NO_END,
        tool_calls.UNRECORDED,
    )
    assert shown_answer.DECLINED == rows.DECLINED


def test_they_have_the_same_limits() -> None:
    assert (STATE_BYTES, TITLE_LENGTH) == (state.STATE_BYTES, task.TITLE_LENGTH)


def test_each_activity_of_the_record_is_there() -> None:
    names = {each.__name__ for each in record_activities.ALL}
    assert names == {name for name in dir(RecordActivities) if not name.startswith("_")} - {"by_name"}


def test_tools_cards_have_the_same_ids() -> None:
    import uuid

    turn = uuid.uuid4()
    assert endings.tool_message_id(str(turn), "call", "tool_request") == str(
        tool_message_id(turn, "call", "tool_request")
    )


def test_the_model_is_asked_as_often_and_as_long_as_by_default() -> None:
    text = (Path(__file__).resolve().parents[3] / "agentex_web" / "settings" / "models.py").read_text()
    assert f'"AGENTEX_MODEL_ATTEMPTS", {MODEL_ATTEMPTS},' in text
    assert f'"AGENTEX_MODEL_TIMEOUT", {MODEL_TIMEOUT.total_seconds():.0f},' in text
