"""Converts Markdown to safe HTML: the only place where a model's text becomes HTML.

markdown-it-py makes the HTML, Pygments colours code, and nh3 (ammonia) removes what is not listed in
cleaning.py: ``MarkdownIt("commonmark")`` alone lets ``onerror=`` and ``hx-get=`` through. Formulas and
diagrams remain source text, in elements that the page typesets and draws (static/js/conversation/).

Rendering takes CPU time: code on an event loop must await `render`.
"""

import logging
import time
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from html import escape
from typing import Any

from agentex_web.computing import computed
from agentex_web.rendering import limits
from agentex_web.rendering.cleaning import cleaner
from agentex_web.rendering.limits import TooComplex, limited
from agentex_web.rendering.math import SEARCHED
from agentex_web.rendering.parser import parser

logger = logging.getLogger(__name__)

NOTE = "Shown as plain text: it is too complex to format."

_HARMLESS = "Some words of *plain* text with `code`, **weight** and a [link](https://example.com/a).\n\n" * 20


def to_html(source: str) -> str:
    """Converts Markdown to HTML that is safe in a page; plain text with a note if it is too complex, or if
    the parser fails: an answer is not lost for that.
    """
    try:
        with within_limits(len(source)):
            return blocks_to_html(source, {})[0]
    except TooComplex:
        return plain_html(source)
    except Exception:
        logger.exception("A text of %d characters could not be formatted", len(source))
        return plain_html(source)


async def render(source: str) -> str:
    """Does the same as `to_html`, in the thread pool for computations."""
    return await computed(to_html, source) if source else ""


def plain_html(source: str) -> str:
    """The unformatted source, with a note that says why."""
    return f'<p class="too-complex">{NOTE}</p>\n<pre class="plain-source">{escape(source)}</pre>\n'


def within_limits(characters: int) -> AbstractContextManager[None]:
    """A context manager with the limits for rendering a text of this length; see `limits.limited`."""
    if not limits.is_calibrated():
        limits.calibrate(min(_harmless_seconds() for _ in range(3)) / len(_HARMLESS))
    return limited(characters)


def _harmless_seconds() -> float:
    began = time.thread_time()
    blocks_to_html(_HARMLESS, {})
    return time.thread_time() - began


def blocks_to_html(source: str, env: MutableMapping[str, Any]) -> tuple[str, int]:
    """Returns the HTML and its number of top-level elements.

    Args:
        env: the link references that the text so far has defined; those in ``source`` are added.

    Raises:
        TooComplex: a limit was exceeded.
    """
    env.pop(SEARCHED, None)
    markdown = parser()
    tokens = markdown.parse(source, env)
    html = markdown.renderer.render(tokens, markdown.options, env)
    limits.check_now()
    return cleaner().clean(html), sum(token.level == 0 and token.nesting >= 0 for token in tokens)
