"""The copies of scripts and styles that are served."""

import errno
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from agentex_web.http import minified, tags
from agentex_web.http.minified import SOURCES, MinifiedFinder


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of sources, with the script of a page."""
    for kind in ("css", "js/page"):
        (tmp_path / kind).mkdir(parents=True)
    (tmp_path / "js/page/chat.js").write_text("alert(1);\n")
    monkeypatch.setattr(minified, "CHATLESS_ENTRIES", ())
    monkeypatch.setattr(minified, "SOURCES", tmp_path)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    return tmp_path


@pytest.mark.parametrize("name", ["js/page/theme.js", "css/prose.css"])
def test_the_minified_copy_is_served_in_place_of_its_source(name: str) -> None:
    found = Path(str(finders.find(name)))
    assert found.is_relative_to(settings.DATA_DIR / "minified")
    text = found.read_text()
    assert len(text) < (SOURCES / name).stat().st_size
    assert "/*" not in text and "\n//" not in text


def test_a_source_that_changed_is_minified_again(static: Path) -> None:
    source = static / "css" / "one.css"
    for colour in ("red", "blue"):
        source.write_text(f"/* {colour} */ a {{ color: {colour}; }}")
        finder = MinifiedFinder()
        assert Path(finder.find("css/one.css")).read_text() == f"a{{color:{colour}}}"
        names = [name for name, _ in finder.list(None)]
        assert names == ["css/one.css", "js/page/chat.js", "js/page/few-modules.js", "js/page/modules.js"]


def test_a_style_sheet_that_imports_others_is_served_with_them(static: Path) -> None:
    (static / "css" / "all.css").write_text('/* Both */\n@import "one.css";\n@import "two.css";\n')
    (static / "css" / "one.css").write_text("a { color: red; }\n")
    for colour in ("red", "blue"):
        (static / "css" / "two.css").write_text(f"b {{ color: {colour}; }}\n")
        assert Path(MinifiedFinder().find("css/all.css")).read_text() == f"a{{color:red}}b{{color:{colour}}}"


def test_no_minified_style_sheet_imports_another() -> None:
    finder = MinifiedFinder()
    for name, _ in finder.list(None):
        if name.endswith(".css"):
            assert "@import" not in Path(finder.find(name)).read_text(), name


def test_the_copies_of_few_versions_stay(static: Path) -> None:
    finders_made = []
    for number in range(8):
        (static / "css" / "one.css").write_text(f"a {{ width: {number}px; }}")
        finders_made.append(MinifiedFinder())
    copies = [Path(each.find("css/one.css")) for each in finders_made]
    kept = [path for path in copies if path.exists()]
    assert len(kept) == minified.KEPT_VERSIONS + 1
    assert copies[-1] in kept and len(list((static / "data/minified").iterdir())) == len(kept)


def test_a_folder_that_another_process_removes_at_this_moment_does_not_count(static: Path) -> None:
    (static / "data/minified").mkdir(parents=True)
    (static / "data/minified/draft").symlink_to("renamed")
    assert Path(MinifiedFinder().find("js/page/chat.js")).exists()


def test_what_a_full_disk_interrupts_leaves_nothing(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (static / "css" / "one.css").write_text("a { color: red; }")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space left"):
        patched.setattr(Path, "write_text", full)
        MinifiedFinder()
    assert list((static / "data/minified").iterdir()) == []
    assert Path(MinifiedFinder().find("css/one.css")).exists()


def test_a_page_names_the_version_of_its_scripts(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = []
    for words in ("alert(1);", "alert(2);", "alert(2);"):
        (static / "js/page/chat.js").write_text(words)
        monkeypatch.setattr(tags, "get_finders", lambda: [finders.FileSystemFinder(), MinifiedFinder()])
        versions.append(tags.scripts_version())
    assert versions[0] and versions[0] != versions[1] == versions[2]
    monkeypatch.setattr(tags, "get_finders", lambda: [finders.FileSystemFinder()])
    assert tags.scripts_version() == ""
