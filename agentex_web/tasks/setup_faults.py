"""Failures that only an administrator can fix, and the message that other people see instead."""

REFUSED_KEY = "The model's server refused the key"
UNKNOWN_MODEL = "The model's server does not know what was asked for"
NO_CREDIT = "The account at the model's provider has no credit left."

FOR_PEOPLE = "The model is not set up correctly. Tell your administrator."


def for_reader(reason: str, *, is_staff: bool) -> str:
    """The failure's reason for this reader; ``FOR_PEOPLE`` if only staff can act on it."""
    if not is_staff and any(fault in reason for fault in (REFUSED_KEY, UNKNOWN_MODEL, NO_CREDIT)):
        return FOR_PEOPLE
    return reason
