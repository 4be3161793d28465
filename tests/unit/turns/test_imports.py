"""A newcomer may open any file first: each module of the workflow side can be imported by itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
EACH_BY_ITSELF = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.startswith("agentex_web")]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def test_no_module_needs_another_one_to_be_imported_before() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("turns", "adk")
        for path in sorted((ROOT / "agentex_web" / package).glob("*.py"))
        if path.stem != "__init__"
    ]
    found = subprocess.run(
        [sys.executable, "-c", EACH_BY_ITSELF, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
