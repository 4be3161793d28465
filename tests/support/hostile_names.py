"""Names and texts with markup in a world of walking.py, which no page may render."""

import re
from datetime import timedelta

from django.utils import timezone

from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.turns.questions import Question
from agentex_web.waits.models import Wait
from tests.support.walking import World

MARK = "zzmark"
HOSTILE = (
    f"""</title></textarea><img src=x onerror={MARK}>"' onfocus={MARK} autofocus x='<script>{MARK}</script>"""
)
LIVE = (
    # A live element, an attribute that escaped its quotes, or text that ended a script.
    re.compile(rf"<(?:img|script)[^>]*>?{MARK}|<img[^>]*{MARK}|<script>{MARK}"),
    re.compile(rf"""<[^<>]*["']\s*onfocus={MARK}"""),
)


def make_hostile(world: World) -> None:
    """Gives everything that Ada and her agent name a name with markup."""
    ada = world.people["owner"]
    assert ada is not None
    for row, fields in (
        (world.task, ("title",)),
        (world.agent, ("title", "description")),
        (world.folder, ("name",)),
        (world.prompt, ("title", "text")),
        (world.schedule, ("name", "prompt")),
        (world.file, ("name",)),
        (ada, ("first_name",)),
    ):
        for field in fields:
            longest = getattr(row._meta.get_field(field), "max_length")  # noqa: B009  (of all these fields)
            setattr(row, field, HOSTILE[:longest])
        row.save()
    _ask(world)
    said = {
        "content": HOSTILE,
        "html": "",
        "data": {"attachments": [{"id": str(world.file.pk), "name": HOSTILE}]},
    }
    Message.objects.filter(turn=world.turn, kind="text").update(**said)
    steps = (("tool_request", HOSTILE), ("reasoning", HOSTILE), ("handoff", HOSTILE), ("error", HOSTILE))
    for number, (kind, content) in enumerate(steps, 10):
        Message.objects.create(
            turn=world.turn, position=f"0000{number}", author="agent", kind=kind, content=content,
            tool_name=HOSTILE[:100], agent_name=HOSTILE, tool_call_id=f"c{number}", error=HOSTILE,
        )  # fmt: skip


def rendered(page: str) -> list[str]:
    """Where the page renders the markup."""
    return [found[0][:200] for each in LIVE if (found := each.search(page))]


def _ask(world: World) -> None:
    """Adds a model's form with markup in every text field."""
    choices = {
        "type": "string",
        "title": HOSTILE,
        "description": HOSTILE,
        "enum": [HOSTILE, "b"],
        "default": HOSTILE,
    }
    text = {"type": "string", "pattern": HOSTILE.replace("[", ""), "default": HOSTILE, "maxLength": 300}
    many = {"type": "array", "items": {"type": "string", "enum": [HOSTILE] * 8}}
    asked = Question.of(
        {"type": "object", "properties": {HOSTILE: choices, "b": text, "c": many}}, title=HOSTILE
    )
    # A worker ends an open turn without a workflow, but looks only at turns that have existed for some seconds.
    later = timezone.now() + timedelta(days=1)
    Turn.objects.filter(pk=world.turn.pk).update(status=Turn.Status.RUNNING, error=HOSTILE, created_at=later)
    Task.objects.filter(pk=world.task.pk).update(archived_at=None)
    form = Wait.objects.create(
        task=world.task, turn=world.turn, kind="form", title=asked.title[:300], payload=asked.payload({"b": HOSTILE}),
        workflow_id="none",
    )  # fmt: skip
    Message.objects.create(
        pk=form.pk, turn=world.turn, position="000005", author="agent", kind="form", content=HOSTILE
    )
    call = {"arguments": {HOSTILE: HOSTILE, "deep": {HOSTILE: [HOSTILE]}}, "type": "function_call"}
    Wait.objects.filter(pk=world.wait.pk).update(title=HOSTILE[:300], payload=call)
