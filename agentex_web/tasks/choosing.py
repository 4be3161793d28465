"""What a person may choose for the messages of a chat, as the agent's file declares it (`Agent.declared`)."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

Json = dict[str, Any]
MARK = "choices"
"""A field of the form that has the menu: the name of its agent. What such a form leaves out is not chosen."""


class ChoiceRefused(ValueError):
    """The agent's file does not allow it; the text tells the person."""


def chosen(declared: Mapping[str, Any], given: QueryDict) -> Json:
    """What the menu says, of what there is to choose. What is as the file says is left out.

    Raises:
        ChoiceRefused: one of the values cannot be chosen.
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
    """What was chosen before, without what the agent's file does not allow any more."""
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
    """The titles of the models, by name."""
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
