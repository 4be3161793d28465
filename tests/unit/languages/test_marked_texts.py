"""Every text of a template is marked for translation."""

import re

from django.template.loader import render_to_string
from django.utils import translation

from agentex_web.places import PACKAGE
from tests.support.environment import ROOT

TAGS = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)
MARKED = re.compile(r"\{% (comment|blocktranslate)\b.*?\{% end\1 %\}|\{[%#{].*?[%#}]\}", re.DOTALL)
READ = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
WORDS = re.compile(r"[A-Z][a-z]|[a-z]{2,} [a-z]{2,}")
NAMES = {"Agentex", "· Agentex", "Temporal", "python manage.py runworker"}
"""Texts that are the same in every language."""


def unmarked(text: str) -> set[str]:
    rest = MARKED.sub("\n", text)
    lines = "\n".join([*READ.findall(rest), TAGS.sub("\n", rest)]).split("\n")
    return {each.strip() for each in lines if WORDS.search(each)} - NAMES


def test_no_template_has_an_unmarked_text() -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *PACKAGE.rglob("templates/**/*.html")]
    found = {path.name: unmarked(path.read_text(encoding="utf-8")) for path in templates}
    assert not {name: texts for name, texts in found.items() if texts}
    assert len(templates) > 100
    assert unmarked("<p>Continue with {{ name }}</p>") == {"Continue with"}


def test_the_page_of_an_error_is_in_the_language_of_its_reader() -> None:
    with translation.override("de"):
        assert "Auf unserer Seite ist etwas schiefgegangen" in render_to_string("500.html")
