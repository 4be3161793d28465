"""The size of our scripts and styles that a chat page loads. Reads the sources, without a browser."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from agentex_web.http.minified import SOURCES, MinifiedFinder

LIMIT = 150_000
"""Bytes before compression."""
PAGE = "js/page/chat.js"
IMPORT = re.compile(r"""^(?:import|export)\b[^;"']*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
LINK = re.compile(r"""<link rel="(stylesheet|modulepreload)" href="\{% static '([^']+)' %\}">""")


def modules(name: str, found: set[str]) -> set[str]:
    """The module and its static imports, without modules that ``import()`` loads on demand."""
    if name not in found:
        found.add(name)
        for path in IMPORT.findall((SOURCES / name).read_text()):
            modules(
                (SOURCES / name).parent.joinpath(path).resolve().relative_to(SOURCES.resolve()).as_posix(),
                found,
            )
    return found


def linked(kind: str, *templates: str) -> list[str]:
    texts = [Path(get_template(each).origin.name).read_text() for each in templates]
    return [name for text in texts for found, name in LINK.findall(text) if found == kind]


def test_the_scripts_and_styles_of_a_chat_page_are_small() -> None:
    finder = MinifiedFinder()
    names = [
        "js/page/theme.js",
        *modules(PAGE, set()),
        *linked("stylesheet", "base.html", "shell.html"),
    ]
    # sheet.css is in the parent template's block, which the chat page overrides.
    sizes = {each: Path(finder.find(each)).stat().st_size for each in names if each != "css/sheet.css"}
    total = sum(sizes.values())
    assert total < LIMIT, (
        f"{total} bytes; move what few people use into an import() and a style of its own: {sizes}"
    )


def test_the_page_preloads_the_modules_that_it_imports_and_no_others() -> None:
    assert sorted([PAGE, *linked("modulepreload", "chat/_scripts.html")]) == sorted(modules(PAGE, set()))


@pytest.mark.parametrize("name", ["js/stream/socket.js", "css/prose.css"])
def test_the_minified_copy_is_served_in_place_of_its_source(name: str) -> None:
    found = Path(str(finders.find(name)))
    assert found.is_relative_to(settings.DATA_DIR / "minified")
    text = found.read_text()
    assert len(text) < (SOURCES / name).stat().st_size
    assert "/*" not in text and "\n//" not in text


def test_a_source_that_changed_is_minified_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "css").mkdir()
    source = tmp_path / "css" / "one.css"
    monkeypatch.setattr("agentex_web.http.minified.SOURCES", tmp_path)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    for colour in ("red", "blue"):
        source.write_text(f"/* {colour} */ a {{ color: {colour}; }}")
        finder = MinifiedFinder()
        assert Path(finder.find("css/one.css")).read_text() == f"a{{color:{colour}}}"
        assert [name for name, _ in finder.list(None)] == ["css/one.css"]


def test_a_style_sheet_that_imports_others_is_served_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "all.css").write_text('/* Both */\n@import "one.css";\n@import "two.css";\n')
    (tmp_path / "css" / "one.css").write_text("a { color: red; }\n")
    monkeypatch.setattr("agentex_web.http.minified.SOURCES", tmp_path)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    for number, colour in enumerate(("red", "blue")):
        imported = tmp_path / "css" / "two.css"
        imported.write_text(f"b {{ color: {colour}; }}\n")
        os.utime(imported, (2e9 + number, 2e9 + number))
        assert Path(MinifiedFinder().find("css/all.css")).read_text() == f"a{{color:red}}b{{color:{colour}}}"


def test_no_minified_style_sheet_imports_another() -> None:
    finder = MinifiedFinder()
    for name, _ in finder.list(None):
        if name.endswith(".css"):
            assert "@import" not in Path(finder.find(name)).read_text(), name


def test_the_service_worker_keeps_what_the_offline_page_loads() -> None:
    worker = (SOURCES / "js/service-worker.js").read_text()
    styles = re.search(r"const STYLE = \[(.*?)\]", worker)
    assert styles
    kept = {f"css/{name}.css" for name in re.findall(r'"(\w+)"', styles[1])}
    kept |= set(re.findall(r'"/static/([^"]+)"', worker))
    page = Path(get_template("installable/offline.html").origin.name).read_text()
    needed = set(re.findall(r"\{% static '([^']+)' %\}", page))
    assert needed and needed <= kept
    assert not {each for each in kept if each.endswith(".css")} - needed
