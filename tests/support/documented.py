"""Writes the examples of the pages for authors to files, so that the tests' worker serves them."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _blocks() -> list[str]:
    pages = (DOCS / "agents.md", DOCS / "agents-reference.md", DOCS.parent / "README.md")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def examples() -> dict[str, str]:
    """The source of each documented agent file, by name."""
    named = [(re.match(r"# agents/(\w+)\.py\n", block), block) for block in _blocks()]
    return {found[1]: block for found, block in named if found}


def fragments() -> list[str]:
    """The examples that are parts of an agent's file."""
    return [block for block in _blocks() if "import " not in block]


def documented_tests() -> str:
    """The tests of the documented shop."""
    [tests] = [block for block in _blocks() if block.startswith("# tests/test_shop.py\n")]
    return tests


def own_worker() -> str:
    """The example of an author's own worker script."""
    [script] = [block for block in _blocks() if "AgentexWorker(" in block]
    return script


def write_examples(folder: Path) -> Path:
    """Writes a file for each example into the folder and returns the folder."""
    for name, text in examples().items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder
