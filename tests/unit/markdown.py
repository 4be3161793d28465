"""Markdown that is rendered at once and as it streams."""

from agentex_web.rendering.growing import LiveMarkdown
from agentex_web.rendering.markdown import to_html


def streamed(text: str) -> str:
    """The markup after the text has streamed character by character."""
    live, finished = LiveMarkdown(), ""
    for character in text:
        live.append(character)
        rendered = live.render()
        finished += rendered.html[: len(rendered.html) - len(rendered.tail)]
    return finished + rendered.tail


def inline(text: str) -> str:
    html = to_html(text)
    assert streamed(text + "\n") == html
    return html.strip().removeprefix("<p>").removesuffix("</p>")
