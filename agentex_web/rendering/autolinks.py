"""Turns addresses in plain text into links: ``https://…``, ``www.…`` and mail addresses.

Replaces linkify-it-py 2.2 and gfm_autolink (mdit-py-plugins 0.7). Linkify takes file names for hosts
(``main.py``). Both let an address continue into CJK text, and take quadratic time for ``https://a.com/(``.
"""

import re

from markdown_it.rules_inline import StateInline

LENGTH = 2_000
"""Limit on the characters of an address; a longer one stays text."""

_CJK = (
    "\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
)
_ADDRESS = re.compile(rf"[^\s<>\"`|\\^{{}}“”‘’«»„…{_CJK}]{{1,{LENGTH}}}")
_HOST = re.compile(r"[^\s/?#@:.](?:[^\s/?#@:]{0,250}[^\s/?#@:.])?")
_MAIL_NAME = re.compile(r"[A-Za-z0-9.+_-]{1,64}\Z")
_MAIL_HOST = re.compile(r"@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_TRAILING = "?!.,:;*_~'\""
_PAIRS = {")": "(", "]": "["}
_MARKUP = ("**", "~~", "](")
"""Markup that ends an address inside it, because it closes markup that began before the address."""


def autolink(state: StateInline, silent: bool) -> bool:
    """Triggered by ``:``, ``w`` or ``@``; the text before them is in ``state.pending``."""
    if silent or state.linkLevel > 0:
        return False
    match state.src[state.pos]:
        case ":" if state.src.startswith("://", state.pos):
            tail = state.pending[-6:].lower()
            scheme = next((each for each in ("https", "http") if tail.endswith(each)), "")
            return bool(scheme) and _web(state, len(scheme), "")
        case "w" if state.src.startswith("www.", state.pos):
            return _web(state, 0, "http://")
        case "@":
            return _mail(state)
        case _:
            return False


def _web(state: StateInline, taken: int, prefix: str) -> bool:
    """``taken``: number of the address's characters that are already in ``pending``."""
    start = state.pos - taken
    if start and (state.src[start - 1].isascii() and state.src[start - 1].isalnum()):
        return False
    found = _ADDRESS.match(state.src, state.pos, state.posMax)
    if found is None or found.end() - state.pos >= LENGTH:
        return False
    text = _trimmed(state.src[start : found.end()])
    host = text.partition("://")[2] if taken else text.removeprefix("www.")
    if not _HOST.match(host):
        return False
    return _link(state, taken, text, prefix + text)


def _trimmed(text: str) -> str:
    """The address without trailing punctuation, and without brackets that were opened before it."""
    for mark in _MARKUP:
        text = text.partition(mark)[0]
    surplus = {closing: text.count(closing) - text.count(opening) for closing, opening in _PAIRS.items()}
    end = len(text)
    while end:
        last = text[end - 1]
        if last in _TRAILING:
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            break
    return text[:end]


def _mail(state: StateInline) -> bool:
    name = _MAIL_NAME.search(state.pending[-64:])
    host = _MAIL_HOST.match(state.src, state.pos, state.posMax)
    if name is None or host is None or not host[0][-1].isalpha():
        return False
    before = state.pos - len(name[0])
    if before and (state.src[before - 1].isalnum() or state.src[before - 1] in "/:@"):
        return False
    text = name[0] + host[0]
    return _link(state, len(name[0]), text, f"mailto:{text}")


def _link(state: StateInline, taken: int, text: str, address: str) -> bool:
    href = state.md.normalizeLink(address)
    if not state.md.validateLink(href):
        return False
    if taken:
        state.pending = state.pending[:-taken]
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": href}
    opening.markup = opening.info = "autolink"
    state.push("text", "", 0).content = state.md.normalizeLinkText(text)
    state.push("link_close", "a", -1).markup = "autolink"
    state.pos += len(text) - taken
    return True
