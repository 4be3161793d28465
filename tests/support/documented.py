"""Writes the examples of docs/agents.md to files, so that the tests' worker serves them."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "agents.md"


def examples() -> dict[str, str]:
    """The source of each documented agent file, by name."""
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    named = [(re.match(r"# agents/(\w+)\.py\n", block), block) for block in blocks]
    return {found[1]: block for found, block in named if found}


def documented_tests() -> str:
    """The tests of the documented shop."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    [tests] = [block for block in blocks if block.startswith("# tests/test_shop.py\n")]
    return tests


def own_worker() -> str:
    """The example of an author's own worker script."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    [script] = [block for block in blocks if "AgentexWorker(" in block]
    return script


def write_examples(folder: Path) -> Path:
    """Writes a file for each example into the folder and returns the folder."""
    for name, text in examples().items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder
