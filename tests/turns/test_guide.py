"""The guide's promises, with files written as in the guide (tests/agents/guide.py, custom_hooks.py)."""

from agentex_web.tasks.models import Task
from tests.support.model_server import function_call, step, text
from tests.support.people import Person, ended, last_turn
from tests.support.stack import Stack


def said(task: Task) -> list[tuple[str, str, str]]:
    rows = last_turn(task).messages.order_by("position")
    return [(row.author, row.kind, row.content) for row in rows]


def test_custom_hooks_hide_announce_and_log(stack: Stack, person: Person) -> None:
    stack.model.script_steps(
        step(
            function_call("internal_lookup", {"key": "a"}, "call_in"),
            function_call("public_lookup", {"key": "b"}, "call_out"),
        ),
        step(text("Looked up.")),
        match="custom hooks",
    )
    task = person.begin("custom_hooks", "custom hooks")
    with person.socket(task) as socket:
        socket.until_turn("done")
    assert said(task) == [
        ("user", "text", "custom hooks"),
        ("system", "text", "🤖 Agent 'Hooked' is now active"),
        ("agent", "tool_request", '{"key": "b"}'),
        ("agent", "tool_response", "value of b"),
        ("agent", "text", "Looked up."),
    ]
    assert not any("internal_lookup" in frame.get("html", "") for frame in socket.frames)
    assert "LLM prompt: " in stack.log("worker") and "LLM said: 2 items" in stack.log("worker")
    task.refresh_from_db()
    assert task.state == {"ended_with": "Looked up."}


def test_adk_works_in_workflows_and_activities_and_doubles_nothing(stack: Stack, person: Person) -> None:
    task = person.begin("bookkeeper", "begin")
    with person.socket(task) as socket:
        socket.until_turn("done")
    assert said(task) == [
        ("user", "text", "begin"),
        ("agent", "text", "**1** final"),
        ("agent", "text", "from a workflow"),
        ("agent", "text", "from an activity"),
        ("system", "text", "a note"),
        ("system", "text", "a note"),
    ]
    assert "<strong>1</strong> final" in last_turn(task).messages.get(content="**1** final").html
    assert "from a workflow" in socket.streamed()
    task.refresh_from_db()
    assert (task.state, task.state_version, task.title) == ({"count": 1, "seen": True}, 2, "6 messages")
    ended(person.send(task, "end"))
    task.refresh_from_db()
    assert task.status == "completed"


def test_temporal_names_the_agent_the_turn_and_the_task(stack: Stack, person: Person) -> None:
    stack.model.script(text("Named."), match="in temporal's ui")
    task = person.begin("haiku", "in temporal's ui")
    turn = ended(last_turn(task))
    summary, memo = stack.model_call_of(task.workflow_id)
    assert summary == f"Haiku Assistant, turn {turn.pk}"
    assert memo == {"task": str(task.pk), "agent": "haiku", "owner": person.user.username}
