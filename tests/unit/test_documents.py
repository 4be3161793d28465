"""The documents name links, settings, commands, targets and benchmarks that exist."""

import ast
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import RUNS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
CURRENT = {path: text for path, text in TEXTS.items() if path.name != "CHANGELOG.md"}
"""The changelog also names what has gone since."""
OF_CREATESUPERUSER = {f"DJANGO_SUPERUSER_{name}" for name in ("USERNAME", "EMAIL", "PASSWORD")}
OF_DJANGO = {"migrate", "collectstatic"}
OF_TESTS = {"AGENTEX_TEST_POSTGRES", "AGENTEX_TEST_CHROMIUM", "AGENTEX_SCREENSHOTS", "AGENTEX_AGENT_DIRS"}
"""Variables that are not settings of Django."""
WITH_AN_EXAMPLE = {
    *("AGENTEX_OIDC", "AGENTEX_SOCIAL", "AGENTEX_FILES_STORAGE", "AGENTEX_TEMPORAL_OPTIONS"),
    *("AGENTEX_WORKER_MEMORY", "AGENTEX_DATA_DIR", "AGENTEX_AGENT_DIRS"),
}
"""Variables for which .env.example shows an example, or a default that is not written in the settings."""
SETTINGS = sorted((ROOT / "agentex_web" / "settings").glob("*.py"))
READ = re.compile(r'\b(?:env\.\w+|at_least|one_of|or_from_file)\(\s*"([A-Z][A-Z_]+)"')
"""How the modules of settings read a variable."""


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", TEXTS[path], flags=re.DOTALL)):
        name, _, anchor = target.partition("#")
        if name.startswith("http"):
            continue
        found = (path.parent / name).resolve() if name else path
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors(TEXTS[found])):
            dead.append(target)
    assert not dead


def settings_read() -> set[str]:
    return {name for module in SETTINGS for name in READ.findall(module.read_text(encoding="utf-8"))}


def defaults() -> dict[str, Any]:
    """The defaults that are constants, by the variable's name."""
    calls = [
        node
        for module in SETTINGS
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and len(node.args) > 1
    ]
    found = {}
    for call in calls:
        match call.args:
            case [ast.Constant(value=str(name)), default, *_] if name in settings_read():
                with suppress(NameError):
                    found[name] = eval(ast.unparse(default), {"__builtins__": {}})
    return found


def is_shown(default: Any, text: str) -> bool:
    """True if a document's text stands for the default."""
    match default:
        case None | "" | [] | {}:
            return not text
        case bool() | str():
            return text == str(default)
        case list():
            return text == ",".join(default)
    return float(text) == default


def test_the_example_of_env_shows_the_defaults() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))
    known = {name: value for name, value in defaults().items() if name not in WITH_AN_EXAMPLE}
    assert not [name for name, value in known.items() if not is_shown(value, shown[name])]
    assert len(known) > 50


def test_the_tables_of_settings_show_the_defaults() -> None:
    known = defaults()
    rows = [
        row
        for text in CURRENT.values()
        for row in re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", text, re.MULTILINE)
    ]
    assert not [name for name, number in rows if name in known and not is_shown(known[name], number)]
    assert len(rows) > 8


def test_the_example_of_env_has_every_setting_and_no_other() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    example = {
        name
        for name in re.findall(r"^#([A-Z][A-Z_]+)=", text, re.MULTILINE)
        if name not in OF_CREATESUPERUSER
    }
    assert example == settings_read() | {"AGENTEX_AGENT_DIRS", "OPENAI_API_KEY_FILE"}


@pytest.mark.parametrize("path", CURRENT, ids=lambda path: path.name)
def test_settings_commands_targets_and_benchmarks_exist(path: Path) -> None:
    text = CURRENT[path]
    commands = OF_DJANGO | {each.stem for each in (ROOT / "agentex_web").glob("**/management/commands/*.py")}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert not set(re.findall(r"\b(AGENTEX_[A-Z_]+[A-Z])\b", text)) - settings_read() - OF_TESTS
    assert not set(re.findall(r"`?(?:python manage\.py|agentex-web) ([a-z]+)\b", text)) - commands
    assert not set(re.findall(r"`make ([a-z]+)", text)) - targets
    assert not set(re.findall(r"make bench ARGS=\"?([a-z][a-z-]+)", text)) - set(RUNS)
