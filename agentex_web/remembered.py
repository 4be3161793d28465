"""The texts that agents may remember, for the record and for adk.testing. Standard library only."""

LONGEST = 300
"""Maximum characters of a memory."""
MOST = 50
"""Maximum number of memories per person. The model is given all of them with every call."""

_JOINERS = "\u200c\u200d\ufe0f"
"""Characters without a width that Persian and emoji need."""
_BLANKS = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that show nothing."""
_SELECTORS = (range(0xFE00, 0xFE0F), range(0xE0100, 0xE01F0))


class NotKept(ValueError):
    """A text cannot be remembered. The message is for the model, which asked for it."""


def checked(text: str) -> str:
    """The text as it is remembered: one line, without invisible characters. A page could hide instructions to
    models in them, which the person does not see in the note.

    Raises:
        NotKept: it is empty or too long.
    """
    text = " ".join("".join(" " if each.isspace() else each for each in text if _may_stay(each)).split())
    if not text.strip(_JOINERS):
        raise NotKept("The text is empty.")
    if len(text) > LONGEST:
        raise NotKept(f"The text has {len(text):,} characters; the limit is {LONGEST}. Write it shorter.")
    return text


def check_room(count: int) -> None:
    """Raises NotKept if there are ``count`` memories and no more may be added."""
    if count >= MOST:
        raise NotKept(f"{MOST} things are remembered, which is the limit. Forget one first.")


def _may_stay(each: str) -> bool:
    if each in _JOINERS or each.isspace():
        return True
    return each.isprintable() and each not in _BLANKS and not any(ord(each) in some for some in _SELECTORS)
