"""The buttons below an answer: its source text, its details, and the person's feedback."""

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentex_web.actions.access import get_task_for_user, get_task_to_read, turn_of
from agentex_web.actions.refused import Refused
from agentex_web.chat import timeline
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.choosing import summary_of
from agentex_web.chat.forms import FeedbackForm
from agentex_web.chat.refusals import refusal, valid
from agentex_web.journal.answering import agent_of_turn
from agentex_web.tasks import usage
from agentex_web.tasks.models import Feedback, Message, Task, Turn
from agentex_web.tasks.threads import in_database


@require_safe
@never_cache
@signed_in
async def source(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """The agent's answers in a turn, as Markdown."""
    text = await in_database(_source, request, task_id, turn_id)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@signed_in
async def details(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Which agent and model answered, when, how long each step took, and how many tokens it used."""
    return await in_database(_details, request, task_id, turn_id)


@require_POST
@signed_in
async def feedback(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """Records a thumb up or down for a turn's answer, with an optional comment; 0 removes it."""
    try:
        await in_database(_feedback, request, task_id, turn_id)
    except Refused as refused:
        return await refusal(request, refused)
    return HttpResponse(status=204)


def _turn(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> tuple[Task, Turn]:
    """For views that only read. Views that change something require the owner."""
    task = get_task_to_read(request.user, task_id)
    return task, turn_of(task, turn_id)


def _source(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> str:
    _, turn = _turn(request, task_id, turn_id)
    return "\n\n".join(message.content for message in turn.answers().order_by("position"))


def _details(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    task, turn = _turn(request, task_id, turn_id)
    said = turn.messages.filter(author=Message.Author.AGENT).order_by("position")
    names = list(dict.fromkeys(message.agent_name for message in said if message.agent_name))
    models = list(dict.fromkeys(str(m.data["model"]) for m in said if m.data.get("model")))
    context = {
        "turn": turn,
        "agents": names or [task.agent.title],
        "models": models,
        "chat": usage.of_chat(task, turn),
        "window": settings.AGENTEX_CONTEXT_WINDOW,
        "chosen": summary_of(agent_of_turn(task, turn).declared, turn.choices),
        "timeline": timeline.of_turn(turn),
    }
    return render(request, "chat/_details.html", context)


def _feedback(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> None:
    turn = turn_of(get_task_for_user(request.user, task_id), turn_id)
    data = valid(FeedbackForm(request.POST))
    message = turn.answers().order_by("position").last()
    if message is None:
        raise Http404("There is no answer yet.")
    given = Feedback.objects.filter(message=message, user=person(request))
    if not data["value"]:
        given.delete()
        return
    # A changed thumb drops the comment of the earlier one; the same thumb pressed again keeps it.
    keeps = "comment" not in request.POST and given.filter(value=data["value"]).exists()
    words = {} if keeps else {"comment": data["comment"]}
    Feedback.objects.update_or_create(
        message=message, user=person(request), defaults={"value": data["value"], **words}
    )
