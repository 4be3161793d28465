"""Changes the text of an answer, where the agent's file allows it."""

import uuid

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentex_web.actions.access import get_task_for_user, turn_of
from agentex_web.actions.permissions import check_idle, may_edit_answers
from agentex_web.actions.refused import Refused
from agentex_web.background import for_task
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.forms import TextForm
from agentex_web.chat.refusals import refusal, valid
from agentex_web.journal import answer_edits
from agentex_web.journal.answering import agent_of_turn
from agentex_web.journal.change import Change
from agentex_web.journal.record import report
from agentex_web.rendering.markdown import render as rendered
from agentex_web.tasks.models import Message, Task, Turn
from agentex_web.tasks.threads import in_database


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def edit_answer(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    """The form that changes a turn's last answer; a POST makes another version of the turn with that text."""
    form = await in_database(_form, request, task_id, turn_id)
    if request.method != "POST":
        return form
    try:
        content = str(valid(TextForm(request.POST))["content"])
        if not content:
            raise Refused(_("Write something first."))
        html = await rendered(content)
        edited = await in_database(_edit, request, task_id, turn_id, content, html)
    except Refused as refused:
        return await refusal(request, refused)
    for_task(task_id, report(edited))
    return HttpResponse(status=204)


def _form(request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID) -> HttpResponse:
    _turn, said = _last_answer(request, get_task_for_user(request.user, task_id), turn_id)
    return render(request, "chat/_answer_editor.html", {"answer": said})


@transaction.atomic
def _edit(
    request: HttpRequest, task_id: uuid.UUID, turn_id: uuid.UUID, content: str, html: str
) -> Change[uuid.UUID]:
    task = get_task_for_user(request.user, task_id, lock=True)
    turn, said = _last_answer(request, task, turn_id)
    check_idle(task)
    if content == said.content:
        raise Refused(_("You have not changed the text."))
    return answer_edits.edit_answer(turn, said, content, html)


def _last_answer(request: HttpRequest, task: Task, turn_id: uuid.UUID) -> tuple[Turn, Message]:
    turn = turn_of(task, turn_id)
    if not may_edit_answers(person(request), agent_of_turn(task, turn)):
        raise Http404("Answers of this agent are not edited.")
    said = turn.answers().exclude(data__has_key="inside").order_by("position").last()
    if said is None:
        raise Http404("There is no answer.")
    return turn, said
