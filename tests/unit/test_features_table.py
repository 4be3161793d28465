"""Every claim in docs/features.md links to tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "features.md"
LINK = re.compile(r"\]\(\.\./(tests/[\w/]+\.py)#(\w+)\)")
ROWS = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d+ \|", line)]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_feature_has_its_row() -> None:
    assert [int(cells(row)[0]) for row in ROWS] == list(range(1, 89))
    assert {cells(row)[8] for row in ROWS} <= {"**Y**", "**P**", "**N**"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: cells(row)[1])
def test_what_is_there_is_shown_by_tests_that_exist(row: str) -> None:
    links = LINK.findall(row)
    assert bool(links) == (cells(row)[8] != "**N**"), row
    for path, name in links:
        text = (ROOT / path).read_text()
        assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{path} has no {name}"


def test_the_sum_is_right() -> None:
    marks = [cells(row)[8].strip("*") for row in ROWS]
    total = f"{marks.count('Y')} Y, {marks.count('P')} P and {marks.count('N')} N."
    assert total in PAGE.read_text()
