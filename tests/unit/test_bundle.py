"""Modules in one file: what the browser gets. Chromium runs the bundle of all modules in tests/browser."""

import re
import subprocess
from pathlib import Path

import pytest
from django.test import override_settings

from agentex_web.http.bundle import LARGE, SMALL, bundled
from agentex_web.http.minified import CHATLESS_ENTRIES, ENTRY, SOURCES
from agentex_web.http.tags import preload_modules

MODULES = {
    "page/chat.js": 'import { shown as text } from "../list/rows.js";\nconsole.log(text());\n',
    "page/words.js": 'export const greeting = "hello";\nexport async function later() {}\n',
    "list/rows.js": (
        'import { greeting } from "../page/words.js";\n\nconst menu = () => import("./menu.js");\n'
        "export class Rows {}\nexport function shown() { return greeting; }\n"
    ),
    "list/menu.js": 'import { Rows } from "./rows.js";\nimport { open } from "./popup.js";\n',
    "list/popup.js": "export function open() {}\n",
}


def test_the_bundle_has_what_the_entry_imports_and_nothing_that_is_loaded_on_demand() -> None:
    bundle = bundled(MODULES, "page/chat.js")[LARGE]
    assert re.findall(r'^"([^"]+)": \(', bundle, re.MULTILINE) == ["page/words.js", "list/rows.js"]
    assert "return { greeting, later };" in bundle and "return { Rows, shown };" in bundle
    assert 'const { greeting } = $("page/words.js");' in bundle
    assert 'import("../list/menu.js")' in bundle  # As seen from the bundle.
    assert re.findall("^(?:import|export) .*", bundle, re.MULTILINE) == [
        'import { $, modules } from "./few-modules.js";',
        "export { $ };",
    ]


def test_other_scripts_take_modules_from_the_bundle() -> None:
    scripts = bundled(MODULES, "page/chat.js")
    assert scripts["page/chat.js"].startswith('import { $ } from "./modules.js";\n')
    assert 'const { shown: text } = $("list/rows.js");' in scripts["page/chat.js"]
    assert scripts["list/menu.js"].splitlines() == [
        'import { $ } from "../page/modules.js";',
        'const { Rows } = $("list/rows.js");',
        'import { open } from "./popup.js";',
    ]
    assert scripts["list/popup.js"] == MODULES["list/popup.js"]
    # Whoever imports the module itself gets the same one.
    assert scripts["page/words.js"].endswith('export const { greeting, later } = $("page/words.js");\n')


def test_what_other_pages_need_too_is_in_a_small_file() -> None:
    other = {"page/print.js": 'import { greeting } from "./words.js";\n'}
    scripts = bundled(MODULES | other, "page/chat.js", ["page/print.js"])
    assert re.findall(r'^"([^"]+)": \(', scripts[SMALL], re.MULTILINE) == ["page/words.js"]
    assert re.findall(r'^"([^"]+)": \(', scripts[LARGE], re.MULTILINE) == ["list/rows.js"]
    assert scripts["page/print.js"].startswith('import { $ } from "./few-modules.js";\n')
    assert scripts["page/chat.js"].startswith('import { $ } from "./modules.js";\n')


def test_a_bundle_runs_each_module_once(tmp_path: Path) -> None:
    sources = MODULES | {"page/words.js": 'console.log("runs");\nexport const greeting = "hello";\n'}
    sources["page/chat.js"] += (
        'import("../list/menu.js");\nimport("./words.js").then(({ greeting }) => alert(greeting));\n'
    )
    sources["page/print.js"] = 'import { greeting } from "./words.js";\n'
    for name, text in bundled(sources, "page/chat.js", ["page/print.js"]).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.js").write_text('globalThis.alert = console.log;\nawait import("./page/chat.js");\n')
    try:
        done = subprocess.run(["node", "run.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("Node is not installed.")
    assert (done.stdout.split(), done.stderr) == (["runs", "hello", "hello"], "")


@pytest.mark.parametrize(
    "text",
    [
        'export { greeting } from "./words.js";',
        'import * as words from "./words.js";',
        "export default 1;",
        "export let changed = 1;",
        'import "./words.js";',
    ],
)
def test_a_form_of_import_or_export_that_the_bundle_cannot_have_is_an_error(text: str) -> None:
    with pytest.raises(
        ValueError, match=re.escape(f"list/rows.js: a module of the bundle cannot have “{text}”")
    ):
        bundled(MODULES | {"list/rows.js": text + "\n"}, "page/chat.js")


def test_an_import_of_a_module_that_is_not_there_is_an_error() -> None:
    for text in ('import { a } from "../page/gone.js";\n', 'const a = () => import("../page/gone.js");\n'):
        with pytest.raises(
            ValueError, match=r"list/menu.js imports “../page/gone.js”.* no static/js/page/gone.js"
        ):
            bundled(MODULES | {"list/menu.js": text}, "page/chat.js")


def test_a_second_name_in_an_export_is_an_error_where_it_is_imported() -> None:
    modules = MODULES | {
        "page/words.js": 'export const greeting = "hello", farewell = "bye";\n',
        "list/menu.js": 'import { greeting, farewell as end } from "../page/words.js";\n',
    }
    with pytest.raises(ValueError, match=r"list/menu.js imports farewell from page/words.js.* on its own"):
        bundled(modules, "page/chat.js")


def test_modules_that_import_each_other_are_an_error() -> None:
    circle = {"page/words.js": 'import { Rows } from "../list/rows.js";\n'}
    with pytest.raises(ValueError, match="page/chat.js, list/rows.js, page/words.js, list/rows.js"):
        bundled(MODULES | circle, "page/chat.js")


def test_our_modules_can_be_bundled() -> None:
    folder = SOURCES / "js"
    sources = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.js")}
    scripts = bundled(sources, ENTRY, CHATLESS_ENTRIES)
    assert scripts.keys() == sources.keys() | {SMALL, LARGE}
    for name in sources:
        assert name.count("/") == 1 or "import.meta" not in sources[name], name


def test_the_bundle_is_loaded_early_where_there_is_one() -> None:
    small, large = str(preload_modules()).split("\n  ")
    assert small == '<link rel="modulepreload" href="/static/js/page/few-modules.js">'
    assert large == '<link rel="modulepreload" href="/static/js/page/modules.js">'
    with override_settings(DEBUG=True):
        assert preload_modules() == ""
