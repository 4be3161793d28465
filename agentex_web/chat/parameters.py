"""The parameters of a new chat: the form that its agent's file declares, and the values from it."""

from typing import Any

from django.http import QueryDict

from agentex_web.actions.parameters import asked_of, checked_parameters
from agentex_web.chat.questions.fields import AnswerField, answer_fields_of
from agentex_web.chat.questions.shown import Answer, answers_of
from agentex_web.chat.questions.values import values_of
from agentex_web.tasks.models import Agent, Task

Json = dict[str, Any]
FORM = "composer"
"""The id of the HTML form that submits them with the first message."""


def parameter_fields(agent: Agent | None) -> list[AnswerField]:
    """The fields of the form; empty if the agent has no parameters."""
    asked = asked_of(agent)
    return answer_fields_of("parameter", asked["fields"], None, {}, form=FORM) if asked else []


def parameters_from(agent: Agent, post: QueryDict) -> Json:
    """The values that were filled in.

    Raises:
        Refused: a value is invalid (the text names the field), or all together are too long.
    """
    asked = asked_of(agent)
    return {} if asked is None else checked_parameters(agent, values_of(asked["fields"], post, {}))


def parameters_of(task: Task) -> list[Answer]:
    """The parameters that the chat began with. Those that no form asks for are shown only in the admin."""
    asked = asked_of(task.agent)
    return answers_of(asked["fields"], task.parameters) if asked and task.parameters else []
