"""Every marked text has a German translation with the same placeholders."""

import re
from collections.abc import Callable

import pytest

from tests.support.texts import compiled, texts_of_python, texts_of_scripts, texts_of_templates

COMPLETE = True
"""If False, missing translations are only counted and printed, and nothing fails."""
VALUES = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize(
    "domain, read",
    [("django", lambda: texts_of_python() | texts_of_templates()), ("djangojs", texts_of_scripts)],
    ids=["pages", "scripts"],
)
def test_german_is_complete(domain: str, read: Callable[[], set[str]]) -> None:
    texts = read()
    assert len(texts) > 30
    german = compiled("de", domain)
    missing = sorted(text for text in texts if not german.get(text))
    if missing and not COMPLETE:
        print(f"{len(missing)} texts of {domain} have no German translation, e.g. {missing[:5]}")
        return
    assert not missing, "run `make messages` and translate them in agentex_web/locale/de"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_translations_name_the_values_of_their_texts(domain: str) -> None:
    for text, translation in compiled("de", domain, plurals=False).items():
        if text:
            assert set(VALUES.findall(translation)) <= set(VALUES.findall(text)), text
