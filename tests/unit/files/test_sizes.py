"""Sizes of files: the server writes them as static/js/composer/file-chips.js does, so a sent file keeps its size."""

import json

import pytest
from django.template.defaultfilters import filesizeformat

from tests.support.environment import ROOT

SIZES = json.loads((ROOT / "tests" / "js" / "sizes.json").read_text())


@pytest.mark.parametrize(("size", "words"), SIZES)
def test_a_size_is_written_as_the_browser_writes_it(size: int, words: str) -> None:
    assert filesizeformat(size).replace("\xa0", " ") == words
