"""Error messages for the fields of an agent's form, in words for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Json = dict[str, Any]


def faults_of(payload: Mapping[str, Any], values: Json) -> dict[str, str]:
    """The error messages by field name, with ``""`` for the form as a whole; empty if the values are valid.

    Args:
        payload: the form's ``fields`` and ``schema`` (turns/questions.py).
    """
    # Loads jsonschema, which no other page needs.
    from agentex_web.turns.checking import UNUSABLE, check

    fields = {each["name"]: each for each in payload["fields"]}
    found = check(payload["schema"], values)
    unusable = _("This form has an error, so no answer to it can be accepted. Tell your administrator.")
    return {
        name: _sentence(fields.get(name, {}), values.get(name), text)
        if name
        else (unusable if text == UNUSABLE else text)
        for name, text in found.items()
    }


def _sentence(spec: Json, given: Any, text: str) -> str:
    """Says in one sentence what is wrong with an answer.

    Args:
        text: the schema check's message, used if we have no sentence of our own.
    """
    if given in (None, "", []):
        return _("Fill this in.")
    if spec.get("kind") in ("number", "integer") and isinstance(given, str):
        return _("Enter a number.")
    if "minimum" in spec and isinstance(given, int | float) and given < spec["minimum"]:
        return _("At least %(limit)s.") % {"limit": spec["minimum"]}
    if "maximum" in spec and isinstance(given, int | float) and given > spec["maximum"]:
        return _("At most %(limit)s.") % {"limit": spec["maximum"]}
    if "minLength" in spec and isinstance(given, str) and len(given) < spec["minLength"]:
        limit = spec["minLength"]
        words = ngettext("At least %(limit)s character.", "At least %(limit)s characters.", int(limit))
        return words % {"limit": limit}
    if "maxLength" in spec and isinstance(given, str) and len(given) > spec["maxLength"]:
        limit = spec["maxLength"]
        words = ngettext("At most %(limit)s character.", "At most %(limit)s characters.", int(limit))
        return words % {"limit": limit}
    if "pattern" in spec and isinstance(given, str):
        return _("This does not have the expected format.")
    return text
