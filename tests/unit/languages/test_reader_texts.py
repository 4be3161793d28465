"""The errors of files/ and imports/, which are marked for translation in a module of their own."""

import ast
from pathlib import Path

import pytest

from agentex_web.languages import reader_texts
from tests.support.texts import ROOT


def raised(folder: str, error: str) -> set[str]:
    """The fixed texts that this package raises, and its constants ``TOO_MUCH``, ``TOO_MANY``, ``UNKNOWN`` and ``GONE``."""
    found = set()
    for path in Path(ROOT / "agentex_web" / folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text))]) if name == error:
                    found.add(text)
                case ast.Assign(
                    targets=[ast.Name(id="TOO_MUCH" | "TOO_MANY" | "UNKNOWN" | "GONE")],
                    value=ast.Constant(value=str(text)),
                ):
                    found.add(text)
    return found


@pytest.mark.parametrize(
    "folder, error, marked",
    [("files", "Unreadable", reader_texts.FILES), ("imports", "NotReadable", reader_texts.EXPORTS)],
)
def test_each_is_marked(folder: str, error: str, marked: tuple[str, ...]) -> None:
    texts = raised(folder, error)
    assert len(texts) > 2 and texts <= set(marked)
