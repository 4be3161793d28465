"""The notes in a chat of what an agent has remembered about the person. Standard library only."""

PAGE = "/settings/memory/"
"""Where people see and change what is remembered about them."""
_LINK = f"[Change or delete]({PAGE})"


def note_of(text: str) -> str:
    """The note, in Markdown.

    Args:
        text: what was remembered, without brackets.
    """
    return f"Remembered: {text} {_LINK}"


def is_note(content: str) -> bool:
    """True for the content of such a note."""
    return content.endswith(_LINK)
