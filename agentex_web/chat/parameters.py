"""The parameters of a new chat: the form that its agent's file declares, and the values from it."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from agentex_web.chat.questions.faults import faults_of
from agentex_web.chat.questions.fields import AnswerField, answer_fields_of
from agentex_web.chat.questions.shown import Answer, answers_of
from agentex_web.chat.questions.values import values_of
from agentex_web.chat.refusals import Refused
from agentex_web.tasks.models import Agent, Task

Json = dict[str, Any]
MOST_BYTES = 65_536
"""Limit for all values together, as JSON: they go to Temporal with every message."""
FORM = "composer"
"""The id of the HTML form that submits them with the first message."""


def parameter_fields(agent: Agent | None) -> list[AnswerField]:
    """The fields of the form; empty if the agent has no parameters."""
    asked = _asked(agent)
    return answer_fields_of("parameter", asked["fields"], None, {}, form=FORM) if asked else []


def parameters_from(agent: Agent, post: QueryDict) -> Json:
    """The values that were filled in.

    Raises:
        Refused: a value is invalid (the text names the field), or all together are too long.
    """
    asked = _asked(agent)
    if asked is None:
        return {}
    values = values_of(asked["fields"], post, {})
    labels = {each["name"]: each["label"] for each in asked["fields"]}
    for name, words in faults_of(asked, values).items():
        raise Refused(f"{labels[name]}: {words}" if name in labels else words)
    if len(json.dumps(values).encode()) > MOST_BYTES:
        raise Refused(_("Your entries are too long in total. Shorten them."))
    return values


def parameters_of(task: Task) -> list[Answer]:
    """The parameters that the chat began with. Those that no form asks for are shown only in the admin."""
    asked = _asked(task.agent)
    return answers_of(asked["fields"], task.parameters) if asked and task.parameters else []


def _asked(agent: Agent | None) -> Json | None:
    found: Json | None = agent.declared.get("parameters") if agent is not None else None
    return found
