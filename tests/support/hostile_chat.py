"""A chat with hostile text in every place that can hold text."""

import uuid

from django.utils import timezone

from agentex_web.tasks.models import Agent, Attachment, Feedback, Span, Turn
from tests.support.chat_rows import Chat, called, returned, said, system, thought
from tests.support.payloads import GROUPS, payloads
from tests.support.people import Person

SHORT = "<img src=http://{0}/short onerror=window.ran=1>\"'><script>window.ran=1</script>"


def hostile_chat(person: Person, listener: str) -> Chat:
    """
    Args:
        listener: host and port of a server that must get no request.
    """
    short = SHORT.format(listener)
    agent = Agent.objects.create(
        name=f"hostile-{uuid.uuid4().hex[:8]}",
        title=short[:200],
        description=short,
        workflow="w",
        task_queue="nobody",
        error=short,
        seen_at=timezone.now(),
    )
    chat = Chat(person, agent.name, short[:200])
    for name in GROUPS:
        for each in payloads(listener, name):
            chat.turn(each, thought(each, agent_name=short[:100]), said(each, agent_name=short[:100]))
    everything = "\n\n".join(payloads(listener))
    turn = chat.turn(
        everything,
        called(short[:100], everything, "call-1", status="done"),
        returned(short[:100], everything, "call-1", status="done"),
        system("handoff", short),
        system("error", everything),
        status=Turn.Status.FAILED,
        error=everything,
        last_agent=short[:100],
    )
    Attachment.objects.create(
        owner=person.user,
        message=turn.messages.get(author="user"),
        name=short[:200],
        content_type="text/plain",
        size=1,
        note=short[:100],
    )
    answer = turn.messages.filter(author="agent").last()
    assert answer is not None
    Feedback.objects.create(message=answer, user=person.user, value=-1, comment=short)
    Span.objects.create(
        task=chat.task,
        turn=turn,
        trace_id=short[:200],
        name=short[:200],
        started_at=timezone.now(),
        data={"x": short},
    )
    return chat
