"""Performs an action on one or many tasks: first a confirmation page, then the action and a log entry."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agentex_web.oversight.acting import undoable_steps
from agentex_web.oversight.acts import ACTS, Act
from agentex_web.tasks.models import Task

LIMIT = 200
"""Limit on the tasks of one action: each is a transaction and a call to Temporal while a person waits."""

Action = Callable[[Any, HttpRequest, QuerySet[Task]], HttpResponse | None]


def admin_actions() -> dict[str, tuple[Action, str, Any]]:
    """Returns the actions like `ModelAdmin.get_actions`: function, name and title, by name."""
    return {act.name: (_action(act), act.name, act.title) for act in ACTS.values()}


def _action(act: Act) -> Action:
    def run(page: Any, request: HttpRequest, chosen: QuerySet[Task]) -> HttpResponse | None:
        if not request.user.has_perm(act.permission):
            raise PermissionDenied
        tasks = list(chosen.select_related("owner", "agent", "head")[: LIMIT + 1])
        if len(tasks) > LIMIT:
            words = _("Choose at most %(limit)s tasks at a time.") % {"limit": LIMIT}
            page.message_user(request, words, messages.ERROR)
            return None
        if "confirmed" not in request.POST:
            return _confirmation(page, request, act, tasks)
        page.message_user(request, *_do(request, act, tasks))
        return None

    return run


def _confirmation(page: Any, request: HttpRequest, act: Act, tasks: Sequence[Task]) -> HttpResponse:
    steps = undoable_steps(tasks) if act.name == "undo" else None
    context = {
        **page.admin_site.each_context(request),
        "title": act.title,
        "act": act,
        "tasks": tasks,
        "rows": [(task, None if steps is None else steps[task.pk]) for task in tasks],
        "opts": page.opts,
        "media": page.media,
    }
    return TemplateResponse(request, "oversight/confirm.html", context)


def _do(request: HttpRequest, act: Act, tasks: Sequence[Task]) -> tuple[str, int]:
    """Performs the action. Returns a sentence about the result, and its message level."""
    assert isinstance(request.user, User)
    done = []
    for task in tasks:
        key, words = task.pk, str(task)
        if act.run(task, request.user):
            done.append(task)
            flag = DELETION if act.name == "delete" else CHANGE
            LogEntry.objects.create(
                user_id=request.user.pk or 0,
                content_type_id=_task_type(),
                object_id=str(key),
                object_repr=words[:200],
                action_flag=flag,
                change_message=act.done,
            )
    if not done:
        return _("There was nothing to do."), messages.WARNING
    words = ngettext("%(act)s: %(count)s task.", "%(act)s: %(count)s tasks.", len(done))
    sentence = words % {"act": act.title, "count": len(done)}
    if len(done) < len(tasks):
        sentence += " " + _("The others were not changed: there was nothing to do.")
    return sentence, messages.SUCCESS


def _task_type() -> int:
    return int(ContentType.objects.get_for_model(Task).pk)
