"""The notes in a chat of what an agent has remembered about the person. Standard library only."""

from agentex_web.turns.markdown_text import escaped

PAGE = "/settings/memory/"
"""Where people see and change what is remembered about them."""
_LINK = f"[Change or delete]({PAGE})"


def note_of(text: str) -> str:
    """The note, in Markdown, with the text that was remembered."""
    return f"Remembered: {escaped(text)} {_LINK}"


def is_note(content: str) -> bool:
    """True for the content of such a note."""
    return content.endswith(_LINK)
