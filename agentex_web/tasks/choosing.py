"""What a person may choose for a chat's messages, as declared in the agent's file (`Agent.declared`)."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

Json = dict[str, Any]
AGENT_FIELD = "choices"
"""A field of the form with the menu: the name of its agent. What the form omits is not chosen."""


class ChoiceRefused(ValueError):
    """The agent's file does not allow the choice; the message is for the person."""


def chosen(declared: Mapping[str, Any], given: QueryDict) -> Json:
    """Reads the person's choices from the form. Those that equal the agent's file are omitted.

    Raises:
        ChoiceRefused: a value may not be chosen.
    """
    found: Json = {}
    for name, known in (("model", models_of(declared)), ("effort", declared.get("efforts", []))):
        value = given.get(name, "")
        if value and value not in known:
            raise ChoiceRefused(_("“%(value)s” cannot be chosen here.") % {"value": value[:100]})
        if value:
            found[name] = value
    if temperature := str(given.get("temperature", "")).strip():
        found["temperature"] = _temperature(declared, temperature)
    on = given.getlist("tools")
    if without := [each["name"] for each in declared.get("tools", []) if each["name"] not in on]:
        found["without"] = without
    return found


def still_allowed(declared: Mapping[str, Any], before: Mapping[str, Any]) -> Json:
    """Earlier choices, without those that the agent's file no longer allows."""
    found: Json = {}
    if before.get("model") in models_of(declared):
        found["model"] = before["model"]
    if before.get("effort") in declared.get("efforts", []):
        found["effort"] = before["effort"]
    span, temperature = declared.get("temperature"), before.get("temperature")
    if span and isinstance(temperature, int | float) and span[0] <= temperature <= span[1]:
        found["temperature"] = temperature
    off = before.get("without", [])
    if without := [each["name"] for each in declared.get("tools", []) if each["name"] in off]:
        found["without"] = without
    return found


def models_of(declared: Mapping[str, Any]) -> dict[str, str]:
    """Maps the names of the models to their titles."""
    return {each["name"]: each["title"] for each in declared.get("models", [])}


def has_choices(declared: Mapping[str, Any]) -> bool:
    """True if there is anything to choose."""
    return any(declared.get(name) for name in ("models", "efforts", "temperature", "tools"))


def _temperature(declared: Mapping[str, Any], text: str) -> float:
    low, high = declared.get("temperature") or (1.0, 0.0)
    try:
        value = round(float(text.replace(",", ".")), 2)
    except ValueError:
        value = -1.0
    if not low <= value <= high:
        if not declared.get("temperature"):
            raise ChoiceRefused(_("The temperature of this agent cannot be chosen."))
        raise ChoiceRefused(
            _("The temperature is a number from %(low)s to %(high)s.") % {"low": low, "high": high}
        )
    return value
