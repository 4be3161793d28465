"""Operations on tasks."""

import uuid
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.parameters import checked_parameters
from agentex_web.actions.permissions import agent_for
from agentex_web.actions.sending import IdInUse, Sent, begin_chat
from agentex_web.api import reading, shown
from agentex_web.api.asked import NewTaskAsked, TaskChanges
from agentex_web.api.choosing import choices_of
from agentex_web.api.idempotency import id_for
from agentex_web.api.paging import MOST
from agentex_web.api.sending import text_of
from agentex_web.api.shapes import NewTask, Page, Task
from agentex_web.api.site import api, person
from agentex_web.background import for_task
from agentex_web.delivery.messages import begin_hand_over
from agentex_web.journal.listing import Arrangement, arrange
from agentex_web.journal.record import report, report_chat, report_deleted
from agentex_web.journal.task import empty_task, rename
from agentex_web.limits.people import count_message, count_search
from agentex_web.tasks import models
from agentex_web.tasks.threads import in_database
from agentex_web.tasks.titles import first_due

TAGS = ["Tasks"]
Limit = Annotated[int, Query(20, ge=1, le=MOST)]
After = Annotated[str, Query("", description="The `next` of the part before.")]
TaskStatus = Literal["", "running", "waiting", "done", "failed", "interrupted"]


@api.post(
    "/tasks",
    response={201: NewTask, 200: NewTask},
    operation_id="createTask",
    summary="Create a task",
    tags=TAGS,
)
async def create_task(request: HttpRequest, body: NewTaskAsked) -> Any:
    """Begins a conversation with an agent, with or without a first message. 200: it existed already."""
    user = person(request)
    await count_message(user.pk)
    task_id = id_for(request, body.id, "task")
    if body.message is None:
        created = await in_database(_empty, user, task_id, body)
        await report_chat(user.pk, str(task_id))
        return Status(201 if created else 200, await in_database(_created, user, task_id))
    sent = Sent(task_id, text_of(body.message), body.message.attachments, choices_of(body.choices))
    accepted = await in_database(
        begin_chat,
        user,
        body.agent,
        sent,
        lambda agent: checked_parameters(agent, body.parameters),
        is_temporary=body.temporary,
        title=body.title,
    )
    await begin_hand_over(accepted)
    shown_task = await in_database(_created, user, task_id)
    return Status(201 if accepted.result.created else 200, shown_task)


def _created(user: User, task_id: uuid.UUID) -> dict[str, Any]:
    task = get_task_for_user(user, task_id)
    shown_task = reading.as_shown(task, user)
    first = models.Turn.objects.filter(pk=task_id).only(*shown.TURN).first()
    return {**shown_task, "messages": reading.of_turn(user, first)[:1] if first else []}


def _empty(user: User, task_id: uuid.UUID, body: NewTaskAsked) -> bool:
    known = models.Task.objects.filter(pk=task_id).exists()
    agent = agent_for(user, body.agent, task_id)
    chosen = choices_of(body.choices)(agent)
    parameters = checked_parameters(agent, body.parameters)
    task = empty_task(user, agent, task_id, body.title, parameters)
    if task.owner_id != user.pk:
        raise IdInUse
    if not known:
        source = models.Task.TitleSource.PERSON if body.title else models.Task.TitleSource.MESSAGE
        fields: dict[str, Any] = {"title_source": source, "is_temporary": body.temporary}
        if not body.title:
            fields |= first_due()
        if chosen is not None:
            fields["choices"] = {agent.pk: chosen}
        models.Task.objects.filter(pk=task_id).update(**fields)
    return not known


@api.get("/tasks", response=Page[Task], operation_id="listTasks", summary="List tasks", tags=TAGS)
@few_at_once
async def list_tasks(
    request: HttpRequest,
    after: After = "",
    limit: Limit = 20,
    agent: Annotated[str, Query("", description="The name of an agent.")] = "",
    status: Annotated[
        TaskStatus,
        Query(
            "",
            description="`running`: an agent is at work. `waiting`: something waits for you. The others: how "
            "the last turn ended.",
        ),
    ] = "",
    archived: Annotated[bool, Query(False, description="The archived tasks in place of the others.")] = False,
    query: Annotated[str, Query("", max_length=200, description="Words in the title or a message.")] = "",
) -> Any:
    """Your tasks, the latest used first. Temporary ones are not listed."""
    user = person(request)
    if query.strip():
        await count_search(user.pk)
    return await in_database(
        reading.tasks,
        user,
        after=after,
        limit=limit,
        agent_name=agent,
        status=status,
        archived=archived,
        query=query,
    )


@api.get("/tasks/{uuid:task_id}", response=Task, operation_id="getTask", summary="Read a task", tags=TAGS)
async def get_task(request: HttpRequest, task_id: uuid.UUID) -> Any:
    """A task with the status of its last turn."""
    return await in_database(reading.task_of, person(request), task_id)


@api.patch(
    "/tasks/{uuid:task_id}", response=Task, operation_id="changeTask", summary="Change a task", tags=TAGS
)
async def change_task(request: HttpRequest, task_id: uuid.UUID, body: TaskChanges) -> Any:
    """Renames, pins or archives a task."""
    user = person(request)
    task = await in_database(get_task_for_user, user, task_id)
    if body.title is not None:
        for_task(task_id, report(await in_database(rename, task.pk, body.title)))
    actions: list[Arrangement] = []
    if body.archived is not None:
        actions.append("archive" if body.archived else "unarchive")
    if body.pinned is not None:
        actions.append("pin" if body.pinned else "unpin")
    for action in actions:
        await in_database(arrange, user.pk, [task_id], action)
    if actions:
        for_task(task_id, report_chat(user.pk, str(task_id)))
    return await in_database(reading.task_of, user, task_id)


@api.delete(
    "/tasks/{uuid:task_id}",
    response={204: None},
    operation_id="deleteTask",
    summary="Delete a task",
    tags=TAGS,
)
async def delete_task(request: HttpRequest, task_id: uuid.UUID) -> Any:
    """Stops its agent, and deletes the task with its messages, files and histories."""
    user = person(request)
    await in_database(_delete, user, task_id)
    for_task(task_id, report_deleted(str(task_id)))
    for_task(task_id, report_chat(user.pk, str(task_id)))
    return HttpResponse(status=204)


def _delete(user: User, task_id: uuid.UUID) -> None:
    arrange(user.pk, [get_task_for_user(user, task_id).pk], "delete")
