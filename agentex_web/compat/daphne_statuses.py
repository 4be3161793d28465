"""Gives every status of HTTP its name in the first line of a response.

Daphne 4.2 takes the names from a table of Twisted (26.10), which lacks 422, 429 and others. These became
"429 Unknown Status".
"""

from http import HTTPStatus

from twisted.web.http import RESPONSES


def name_all_statuses() -> None:
    """Adds the names that the table lacks. Repeating it changes nothing."""
    for status in HTTPStatus:
        RESPONSES.setdefault(status.value, status.phrase.encode())
