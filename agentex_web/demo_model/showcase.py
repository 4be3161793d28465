"""Texts of slash commands that show what the chat can render."""

from pathlib import Path

MARKDOWN = (Path(__file__).parent / "tour.md").read_text(encoding="utf-8")

_TITLES = ("A message leaves", "A workflow wakes", "A model speaks", "A tool is called", "A stream arrives")
_PARAGRAPH = "It can be joined late, left early and read again. A crash costs a moment, *no more*. " * 3


def long_text(chapters: int = 24) -> str:
    """A text of about 60 tokens per chapter, for watching a long answer scroll."""
    numbers = range(1, chapters + 1)
    parts = [f"## {number}. {_TITLES[(number - 1) % 5]}\n\n{_PARAGRAPH}" for number in numbers]
    return "\n\n".join(["# A long story about a message", *parts])
