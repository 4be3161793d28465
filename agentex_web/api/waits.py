"""Operations on what turns wait for: approvals, forms, timers."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja import Body, Query

from agentex_web.actions.deciding import decide, may_allow, may_change
from agentex_web.actions.faults import faults_of
from agentex_web.actions.refused import Refused
from agentex_web.api import asked, reading
from agentex_web.api.problems import Problem
from agentex_web.api.shapes import Page, Wait
from agentex_web.api.site import api, person
from agentex_web.api.tasks import After, Limit
from agentex_web.limits.people import count_message
from agentex_web.tasks.threads import in_database
from agentex_web.waits import models

TAGS = ["Waits"]
Json = dict[str, Any]
KINDS = {
    "approve": models.Wait.Kind.APPROVAL,
    "reject": models.Wait.Kind.APPROVAL,
    "answer": models.Wait.Kind.APPROVAL,
    "submit": models.Wait.Kind.FORM,
    "skip": models.Wait.Kind.FORM,
    "end": models.Wait.Kind.TIMER,
}


@api.get("/waits", response=Page[Wait], operation_id="listInbox", summary="What waits for you", tags=TAGS)
async def list_inbox(request: HttpRequest, after: After = "", limit: Limit = 20) -> Any:
    """The approvals and forms that wait for you, in all tasks, the oldest first."""
    return await in_database(reading.inbox, person(request), limit, after)


@api.get(
    "/tasks/{uuid:task_id}/waits",
    response=Page[Wait],
    operation_id="listWaits",
    summary="What a task waits for",
    tags=TAGS,
)
async def list_waits(
    request: HttpRequest,
    task_id: uuid.UUID,
    status: Annotated[Literal["waiting", "all"], Query("waiting")] = "waiting",
) -> Any:
    """What the task waits for; with `all`, also what was decided. All are in one part."""
    found = await in_database(reading.waits_of, person(request), task_id, everything=status == "all")
    return {"data": found, "next": None}


@api.post(
    "/tasks/{uuid:task_id}/waits/{uuid:wait_id}/decide",
    response=Wait,
    operation_id="decideWait",
    summary="Decide",
    tags=TAGS,
)
async def decide_wait(
    request: HttpRequest,
    task_id: uuid.UUID,
    wait_id: uuid.UUID,
    body: Annotated[asked.DecisionAsked, Body()],
) -> Any:
    """Decides what a turn waits for. The first decision counts; a later one gets 409."""
    user = person(request)
    await count_message(user.pk)
    await in_database(_check_kind, user, task_id, wait_id, body)
    await decide(user, task_id, wait_id, KINDS[body.action], lambda wait: value_of(wait, body))
    return await in_database(reading.wait_of, user, task_id, wait_id)


def _check_kind(user: User, task_id: uuid.UUID, wait_id: uuid.UUID, body: asked.DecisionAsked) -> None:
    wait = reading.readable_wait(user, task_id, wait_id)
    if wait.kind != KINDS[body.action]:
        raise Problem(422, f"`{body.action}` is not possible here: this is of the kind `{wait.kind}`.")


def value_of(wait: models.Wait, body: asked.DecisionAsked) -> Mapping[str, Any]:
    """The decision as the record has it.

    Raises:
        Refused: the wait does not allow it.
        Problem: an answer to a form has errors.
    """
    match body:
        case asked.Approve():
            return _approved(wait, body)
        case asked.Reject():
            return {"verdict": "reject", "reason": body.reason}
        case asked.AnswerCall() if may_change(wait):
            return {"verdict": "answer", "output": body.output}
        case asked.Submit():
            return {"values": _checked_values(wait, body.values)}
        case asked.Skip() if wait.payload.get("skippable"):
            return {"skipped": True}
        case asked.Skip():
            raise Refused("This form must be answered.")
        case asked.End():
            return {"early": True}
    raise Refused("This call can only be approved or rejected.")


def _approved(wait: models.Wait, body: asked.Approve) -> Json:
    if body.always and not may_allow(wait):
        raise Refused("Only the owner of the task can always allow a tool, and a group decides here.")
    value: Json = {"verdict": "approve", **({"always": True} if body.always else {})}
    if body.arguments is not None and body.arguments != wait.payload.get("arguments"):
        if not may_change(wait):
            raise Refused("The arguments of this call cannot be changed.")
        value["arguments"] = _checked_arguments(wait, body.arguments)
    return value


def _checked_arguments(wait: models.Wait, arguments: Json) -> Json:
    """The changed arguments, if they are what the tool's schema says, as the page's fields are."""
    # Loads jsonschema, which few requests need.
    from agentex_web.turns.checking import UNUSABLE, check

    faults = check(wait.payload.get("schema") or {}, arguments)
    # With a schema that cannot be used, the tool itself decides, as it does for the model's arguments.
    if errors := [
        {"in": "arguments", "field": name, "message": text}
        for name, text in faults.items()
        if text != UNUSABLE
    ]:
        raise Problem(422, "The arguments have errors.", errors=errors)
    return arguments


def _checked_values(wait: models.Wait, values: Json) -> Json:
    files = [each["name"] for each in wait.payload["fields"] if each["kind"] == "file"]
    if given := [name for name in files if name in values]:
        raise Problem(422, f"`{given[0]}` is a file: the API cannot answer it yet. Answer on the page.")
    if faults := faults_of(wait.payload, values):
        errors = [{"in": "values", "field": name, "message": text} for name, text in faults.items()]
        raise Problem(422, "The answer has errors.", errors=errors)
    return values
