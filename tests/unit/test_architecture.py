"""docs/architecture.md and decisions.md name files and functions that exist, so that a reader can follow them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("agentex_web", "templates", "static", "docs", "tests")
NAMED = re.compile(
    r"`(?P<file>[\w./-]+\.(?:py|js|html|css))`(?P<names>(?:(?: \||:|,|;)? (?:\()?`[A-Za-z_][\w.]*`\)?)*)"
)
FILE = re.compile(r"\.(py|js|html|css|txt|md|json)$")


def files() -> list[Path]:
    """All files that the document may name."""
    return [
        *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")),
        *(path for path in ROOT.iterdir() if path.is_file()),
    ]


@pytest.mark.parametrize(("document", "least"), [("architecture.md", 100), ("decisions.md", 30)])
def test_each_file_and_function_that_it_names_exists(document: str, least: int) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    paths = files()
    texts: dict[Path, str] = {}
    wrong: list[str] = []
    for match in NAMED.finditer(text):
        found = [path for path in paths if str(path).endswith(f"/{match['file']}")]
        if not found:
            wrong.append(match["file"])
        for name in re.findall(r"`([\w.]+)`", match["names"]):
            parts = [] if FILE.search(name) else name.split(".")
            for path in found:
                texts.setdefault(path, path.read_text(encoding="utf-8"))
            if found and not any(
                all(re.search(rf"\b{each}\b", texts[path]) for each in parts) for path in found
            ):
                wrong.append(f"{match['file']}: {name}")
    assert not wrong
    assert len(NAMED.findall(text)) > least


def test_only_the_record_and_running_model_calls_write_to_the_streams() -> None:
    package = ROOT / "agentex_web"
    writers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "streams.publisher import" in path.read_text(encoding="utf-8")
    }
    assert writers == {"journal/record.py", "streams/stream_writer.py", "worker/activities/adk.py"}


STATE = re.compile(
    r"^(?:\w+(?:: [^=\n]+)? = (?:\(?\n? *Weak\w+|OrderedDict|defaultdict|Counter|ContextVar|ThreadPoolExecutor"
    r"|set|dict|\w*Counter|\w+\.(?:Bounded)?Semaphore|threading\.Lock|functools\.lru_cache)\("
    r"|\w+(?:: [^=\n]+)? = (?:\{\}|\[\])$"
    r"|    global |@(?:functools\.)?(?:lru_)?cache\b)",
    re.MULTILINE,
)
CONSTANT = re.compile(r"^_?[A-Z]")


def test_each_module_with_state_of_the_process_is_listed() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = text[text.index("## Process-wide state") : text.index("## Interceptors")]
    package = ROOT / "agentex_web"
    owners = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if any(not CONSTANT.match(found[0]) for found in STATE.finditer(path.read_text(encoding="utf-8")))
    ]
    assert not [each for each in owners if each not in listed and f"`{Path(each).name}`" not in listed]
    assert len(owners) > 25


IMPORT = re.compile(r"^\s*(?:from|import) agentex_web\.(\w+)", re.MULTILINE)
PACKAGE = re.compile(r"^\| `(\w+)/` \| .* \| (.*) \|$", re.MULTILINE)


def test_the_table_of_packages_says_what_each_one_imports() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    root = ROOT / "agentex_web"
    packages = {path.parent.name for path in root.glob("*/__init__.py")} - {"locale"}
    said = {
        name: set(re.findall(r"`(\w+)/`", uses))
        for name, uses in PACKAGE.findall(text)
        if "all packages" not in uses
    }
    used: dict[str, set[str]] = {}
    for name in said:
        sources = [path for path in (root / name).rglob("*.py") if "migrations" not in path.parts]
        found = {each for path in sources for each in IMPORT.findall(path.read_text(encoding="utf-8"))}
        used[name] = (found & packages) - {name}
    assert said == used
    assert len(said) > 25


def test_the_demo_model_stays_small() -> None:
    files = (ROOT / "agentex_web" / "demo_model").glob("*.py")
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) <= 1_200
