"""The parameters of a new chat, from the request's metadata."""

import json
from collections.abc import Mapping
from typing import Any

from agentex_web.actions.parameters import asked_of, checked_parameters
from agentex_web.tasks.models import Agent

AS_JSON = ("number", "integer", "yes_no", "lines", "several", "choice")
"""The kinds of fields whose values may be other than texts. They are written as JSON."""


def parameters_of(agent: Agent, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The values that the metadata has under the names of the agent's parameters.

    Raises:
        Refused: a value is invalid or missing; the text names the field.
    """
    asked = asked_of(agent)
    if asked is None:
        return {}
    values = {each["name"]: _value(each, metadata) for each in asked["fields"] if each["name"] in metadata}
    return checked_parameters(agent, values)


def _value(field: Mapping[str, Any], metadata: Mapping[str, str]) -> Any:
    text = metadata[field["name"]]
    if field["kind"] not in AS_JSON or text in [each["value"] for each in field.get("choices", [])]:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
