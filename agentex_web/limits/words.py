"""Waiting times in words."""

from django.utils.translation import ngettext


def in_words(seconds: int) -> str:
    """``5 seconds``, ``1 minute``, ``3 hours``: rounded up, so that no one tries again too early."""
    if seconds > 3_600:
        number = -(-seconds // 3_600)
        return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}
    if seconds > 60:
        number = -(-seconds // 60)
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    return ngettext("%(number)s second", "%(number)s seconds", seconds) % {"number": seconds}
