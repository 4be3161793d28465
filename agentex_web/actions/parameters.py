"""The parameters of a new chat, as its agent's file asks for them."""

import json
from typing import Any

from django.utils.translation import gettext as _

from agentex_web.actions.faults import faults_of
from agentex_web.actions.refused import Refused
from agentex_web.tasks.models import Agent

Json = dict[str, Any]
MOST_BYTES = 65_536
"""Limit for all values together, as JSON: they go to Temporal with every message."""


def asked_of(agent: Agent | None) -> Json | None:
    """The form that the agent's file declares: its ``fields`` and ``schema``; None if it asks for nothing."""
    found: Json | None = agent.declared.get("parameters") if agent is not None else None
    return found


def checked_parameters(agent: Agent, values: Json) -> Json:
    """The values, which the agent's form accepts.

    Raises:
        Refused: a value is invalid (the text names the field), or all together are too long.
    """
    asked = asked_of(agent)
    if asked is None:
        return {}
    labels = {each["name"]: each["label"] for each in asked["fields"]}
    for name, words in faults_of(asked, values).items():
        raise Refused(f"{labels[name]}: {words}" if name in labels else words)
    if len(json.dumps(values).encode()) > MOST_BYTES:
        raise Refused(_("Your entries are too long in total. Shorten them."))
    return values
