"""A project that imports agentex-sdk runs unchanged when it is put into agents/ as a folder."""

from agentex_web import adk
from agentex_web.adk.testing import chat, text, tool_call
from agentex_web.adk.testing.loading import load_file
from tests.turns_in_memory.agents import OF_TESTS

DESK = OF_TESTS / "order-desk"
WELCOME = [("agent", "text", "Welcome."), ("agent", "text", "Parameters: {'shop': 'north'}")]


async def test_a_greeting_stands_before_the_first_answer_and_the_state_is_there() -> None:
    async with chat(DESK, parameters={"shop": "north"}) as desk:
        desk.model.script(tool_call("price_of", item="tea"), text("Seven."), text("Still seven."))
        first = await desk.send("what is tea?")
        second = await desk.send("and now?")
        spans = list(desk.record.spans.values())
    assert first.said == [
        ("user", "text", "what is tea?"),
        *WELCOME,
        ("agent", "tool_request", '{"item": "tea"}'),
        ("agent", "tool_response", "tea costs 7"),
        ("agent", "text", "Seven."),
    ]
    assert second.said == [("user", "text", "and now?"), ("agent", "text", "Still seven.")]
    assert [(each.name, each.input, each.output) for each in spans] == [
        ("Turn 1", {"asked": ["what is tea?"]}, {"answer": "Seven."}),
        ("Turn 2", {"asked": ["what is tea?", "and now?"]}, {"answer": "Still seven."}),
    ]
    assert all(each.started_at and each.finished_at for each in spans)


async def test_a_child_workflow_waits_for_a_signal() -> None:
    async with chat(DESK) as desk:
        desk.model.script(tool_call("approval_of", order="A7"), text("Confirmed."))
        turn = await desk.send("confirm A7", wait=False)
        assert turn.status == "running"
        await desk.temporal.signal("approval-A7", "approve")
        await desk.ended()
    assert (turn.status, turn.answer, turn.tools[0].output) == ("done", "Confirmed.", "A7 is approved")


async def test_a_method_is_an_activity_and_writes_to_the_chat() -> None:
    async with chat(DESK) as desk:
        turn = await desk.send("note two chairs")
    assert (turn.status, turn.answer) == ("done", "Noted: two chairs")


async def test_two_messages_before_run_begins_are_answered_in_order() -> None:
    async with chat(DESK) as desk:
        desk.model.script(text("One."), text("Two."))
        await desk.queue("one", "two")
        await desk.ended()
    assert [(turn.status, turn.answer) for turn in desk.turns] == [("done", "One."), ("done", "Two.")]


def test_the_manifest_names_the_agent() -> None:
    desk = load_file(DESK)
    assert (desk.title, desk.description) == ("order-desk", "Confirms orders once somebody has approved them")
    assert desk.file.endswith("order-desk/project/workflow.py")


@adk.workflow.defn
class Shower:
    @adk.workflow.signal(name=adk.SignalName.RECEIVE_EVENT)
    async def on_event(self, params: adk.SendEventParams) -> None:
        task_id = params.task.id
        created = await adk.messages.create_batch(
            task_id,
            [
                adk.ToolRequestContent("agent", "c1", "look_up", {"word": "tea"}),
                adk.ToolResponseContent("agent", "c1", "look_up", {"found": 3}),
                adk.DataContent("agent", {"leaves": [1, 2]}),
                adk.TextContent("agent", "First words."),
            ],
        )
        await adk.messages.update_batch(task_id, {created[-1].id: adk.TextContent("agent", "Other words.")})
        if params.event.content.content == "and stop":
            await adk.tasks.interrupt(task_id)
            await adk.workflow.sleep(60)
        if params.event.content.content == "cancel":
            await adk.tasks.cancel(task_id)
            task = await adk.tasks.get(task_id)
            await adk.messages.create_batch(task_id, [adk.TextContent("agent", task.status)])


async def test_contents_of_tools_and_data_are_shown() -> None:
    async with chat(Shower) as shower:
        turn = await shower.send("show")
    assert turn.said[1:] == [
        ("agent", "tool_request", '{"word": "tea"}'),
        ("agent", "tool_response", '{"found": 3}'),
        ("agent", "text", '{\n  "leaves": [\n    1,\n    2\n  ]\n}'),
        ("agent", "text", "Other words."),
    ]
    assert [(each.name, each.output) for each in turn.tools] == [("look_up", '{"found": 3}')]


async def test_an_author_may_interrupt_the_turn() -> None:
    async with chat(Shower) as shower:
        turn = await shower.send("and stop")
    assert turn.status == "interrupted"


async def test_an_author_may_cancel_the_chat() -> None:
    async with chat(Shower) as shower:
        turn = await shower.send("cancel")
    assert turn.said[-1] == ("agent", "text", "failed")
