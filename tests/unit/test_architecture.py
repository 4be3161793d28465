"""docs/architecture.md names files and functions that exist, so that a reader can follow it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("agentex_web", "templates", "static", "docs", "tests", ".")
NAMED = re.compile(
    r"`(?P<file>[\w./-]+\.(?:py|js|html|css))`(?P<names>(?:(?: \||:|,|;)? (?:\()?`[A-Za-z_][\w.]*`\)?)*)"
)
FILE = re.compile(r"\.(py|js|html|css|txt|md|json)$")


def found(name: str) -> list[Path]:
    paths = [
        path
        for folder in FOLDERS[:-1]
        for path in (ROOT / folder).rglob(Path(name).name)
        if str(path).endswith(f"/{name}")
    ]
    return [*paths, *(path for path in [ROOT / name] if path.is_file())]


def test_each_file_and_function_that_it_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    wrong: list[str] = []
    for match in NAMED.finditer(text):
        files = found(match["file"])
        if not files:
            wrong.append(match["file"])
        for name in re.findall(r"`([\w.]+)`", match["names"]):
            parts = [] if FILE.search(name) else name.split(".")
            if files and not any(
                all(re.search(rf"\b{each}\b", path.read_text(encoding="utf-8")) for each in parts)
                for path in files
            ):
                wrong.append(f"{match['file']}: {name}")
    assert not wrong
    assert len(NAMED.findall(text)) > 100
