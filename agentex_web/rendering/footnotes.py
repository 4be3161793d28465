"""Footnotes: ``[^1]`` in a text, and ``[^1]: The note.``, which stays where it is written.

The footnote plugin of mdit-py-plugins parses the notes. Its default is to move them to the end and renumber
them, so that streamed text would change when it ends. Here a reference shows its own label, and a number is a
reference even if its note has not arrived yet.
"""

import re
from collections.abc import Sequence
from html import escape

from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_REFERENCE = re.compile(r"\[\^([\w-]{1,40})\]")
_NUMBER_LENGTH = 3


def footnote_reference(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[^", state.pos):
        return False
    found = _REFERENCE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    label = found[1]
    is_number = label.isdecimal() and len(label) <= _NUMBER_LENGTH
    if not is_number and f":{label}" not in state.env.get("footnotes", {}).get("refs", {}):
        return False
    if not silent:
        state.push("footnote_reference", "", 0).meta = {"label": label}
    state.pos = found.end()
    return True


def render_reference(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_: object) -> str:
    return f'<sup class="footnote-reference">{escape(tokens[index].meta["label"])}</sup>'


def render_note_open(_renderer: RendererProtocol, tokens: Sequence[Token], index: int, *_: object) -> str:
    return f'<div class="footnote"><sup>{escape(tokens[index].meta["label"])}</sup>'


def render_note_close(*_: object) -> str:
    return "</div>\n"
