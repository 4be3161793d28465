"""The size of our scripts and styles that a chat page loads. Reads the sources, without a browser."""

import re
from pathlib import Path

from django.template.loader import get_template

from agentex_web.http.bundle import LARGE, SMALL
from agentex_web.http.minified import SOURCES, MinifiedFinder

LIMIT = 150_000
"""Bytes before compression."""
STYLESHEET = re.compile(r"""<link rel="stylesheet" href="\{% static '([^']+)' %\}">""")


def style_sheets(*templates: str) -> list[str]:
    texts = [Path(get_template(each).origin.name).read_text() for each in templates]
    return [name for text in texts for name in STYLESHEET.findall(text)]


def test_the_scripts_and_styles_of_a_chat_page_are_small() -> None:
    finder = MinifiedFinder()
    names = [
        "js/page/theme.js",
        "js/page/chat.js",
        f"js/{SMALL}",
        f"js/{LARGE}",
        *style_sheets("base.html", "shell.html"),
    ]
    # sheet.css is in the parent template's block, which the chat page overrides.
    sizes = {each: Path(finder.find(each)).stat().st_size for each in names if each != "css/sheet.css"}
    total = sum(sizes.values())
    assert total < LIMIT, (
        f"{total} bytes; move what few people use into an import() and a style of its own: {sizes}"
    )


def test_the_service_worker_keeps_what_the_offline_page_loads() -> None:
    worker = (SOURCES / "js/service-worker.js").read_text()
    styles = re.search(r"const STYLE = \[(.*?)\]", worker)
    assert styles
    kept = {f"css/{name}.css" for name in re.findall(r'"(\w+)"', styles[1])}
    kept |= set(re.findall(r'"/static/([^"]+)"', worker))
    page = Path(get_template("installable/offline.html").origin.name).read_text()
    needed = set(re.findall(r"\{% static '([^']+)' %\}", page))
    assert needed and needed <= kept
    assert not {each for each in kept if each.endswith(".css")} - needed
