"""The parameters of a new chat: the form that its agent's file asks for, and what was filled in."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from agentex_web.chat.answer_faults import faults_of
from agentex_web.chat.answer_fields import Answer, AnswerField, answers_of, fields_of, values_of
from agentex_web.chat.refusals import Refused
from agentex_web.tasks.models import Agent, Task

Json = dict[str, Any]
MOST_BYTES = 65_536
"""They go to Temporal with every message."""
FORM = "composer"
"""The id of the form that sends them with the first message."""


def parameter_fields(agent: Agent | None) -> list[AnswerField]:
    """The fields of the form; none if the agent asks for nothing."""
    asked = _asked(agent)
    return fields_of("parameter", asked["fields"], None, {}, form=FORM) if asked else []


def parameters_from(agent: Agent, post: QueryDict) -> Json:
    """What was filled in.

    Raises:
        Refused: it does not fit; the text names the field.
    """
    asked = _asked(agent)
    if asked is None:
        return {}
    values = values_of(asked["fields"], post, {})
    labels = {each["name"]: each["label"] for each in asked["fields"]}
    for name, words in faults_of(asked, values).items():
        raise Refused(f"{labels[name]}: {words}" if name in labels else words)
    if len(json.dumps(values).encode()) > MOST_BYTES:
        raise Refused(_("What you have filled in is too long."))
    return values


def parameters_of(task: Task) -> list[Answer]:
    """What the chat began with, as its page shows it. Parameters that no form asks for are the admin's."""
    asked = _asked(task.agent)
    return answers_of(asked["fields"], task.parameters) if asked and task.parameters else []


def _asked(agent: Agent | None) -> Json | None:
    found: Json | None = agent.declared.get("parameters") if agent is not None else None
    return found
