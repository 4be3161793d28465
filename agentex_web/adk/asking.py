"""Asking the person: a function for tools and hooks, which have no ``Turn``, and a tool for the model."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from agentex_web.turns import asking, scope
from agentex_web.turns.questions import Question
from agentex_web.turns.tool_place import for_workflow, pure
from agents import function_tool

File = Annotated[
    dict[str, Any],
    WithJsonSchema({"type": "object", "format": "file"}),
]
"""A form field that asks for a file. Its value has ``id``, ``name`` and ``content_type``. To let the model
read the file, make the input with ``adk.with_files``."""


@for_workflow
async def ask(
    form: Any,
    *,
    title: str = "",
    choices: Sequence[str] = (),
    skippable: bool = False,
    deadline: timedelta | float | None = None,
    reminders: Sequence[timedelta | float] = (),
) -> Any:
    """Does what ``turn.ask`` does, for tools, hooks and workflows in the form of the guide.

    A tool whose code calls this runs in the workflow. So it may wait for weeks without occupying a worker.
    Side effects that must happen exactly once belong in another tool or in an activity.

    Raises:
        RuntimeError: the caller does not run in a turn.
    """
    here = scope.current()
    if here is None:
        raise RuntimeError("adk.ask works in a turn: in a workflow, a hook, or a tool that uses it directly.")
    return await asking.ask(
        here.progress,
        Question.of(form, title=title, choices=choices, skippable=skippable),
        deadline=deadline,
        reminders=reminders,
        agent_name=here.agent_name,
    )


class AskedField(BaseModel):
    """One question of the form that a model makes."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="A short name for the answer, in snake_case.")
    question: str = Field(description="The question, as the person reads it.")
    kind: Literal["text", "number", "choice", "several", "date", "yes_no"]
    choices: list[str] = Field(description="For kind choice and several: what can be chosen. Else empty.")
    help: str = Field(description="A hint below the question; may be empty.")
    required: bool


@pure
@function_tool
async def ask_user(title: str, questions: list[AskedField]) -> str:
    """Ask the user for what you need to know before you can go on.

    The user sees a form, and you get the answers. Ask for all that you need at once.

    Args:
        title: What it is about, in a few words.
        questions: The questions of the form.
    """
    answers = await ask(_schema(questions), title=title, skippable=True)
    if answers is None:
        return "The user did not want to answer. Go on without it, or ask in another way."
    return json.dumps(answers, ensure_ascii=False)


def _schema(questions: list[AskedField]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in questions},
        "required": [each.name for each in questions if each.required],
    }


def _property(asked: AskedField) -> dict[str, Any]:
    spec: dict[str, Any] = {"title": asked.question, "description": asked.help}
    match asked.kind:
        case "number":
            return {**spec, "type": "number"}
        case "yes_no":
            return {**spec, "type": "boolean"}
        case "date":
            return {**spec, "type": "string", "format": "date"}
        case "choice" if asked.choices:
            return {**spec, "type": "string", "enum": asked.choices}
        case "several" if asked.choices:
            return {**spec, "type": "array", "items": {"type": "string", "enum": asked.choices}}
        case _:
            return {**spec, "type": "string", "minLength": int(asked.required)}
