"""Puts the modules that pages need into two files, so that a browser asks twice and not sixty times. The
small one has what pages without a chat need as well, such as a shared link.

In these files each module is a function, which runs when the module is first imported:

    export const modules = {"page/events.js": ($) => { …; return { on }; }, …};
    export const $ = (name) => …;

The other scripts take what they import from there: `import { on } from "./events.js"` becomes
`const { on } = $("page/events.js")`. So each module runs once in a page.

The well-kept bundlers need Node, which `make run` does not. A module that uses a form of import or export
that this does not know is an error (`tests/unit/test_bundle.py` bundles all of them).
"""

import json
import posixpath
import re
from collections.abc import Collection, Mapping

SMALL, LARGE = "page/few-modules.js", "page/modules.js"
"""Their paths relative to static/js. They lie one folder deep, as all modules do, so `import.meta.url` leads
to the same places."""

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_ON_DEMAND = re.compile(r'\bimport\("(\.[^"]+)"\)')
_EXPORT = re.compile(r"^export ((?:async )?function |class |const )(\w+)", re.MULTILINE)
_CALL = re.compile(r'= \$\("([^"]+)"\)')
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
"""An import or export that the other expressions do not match."""

_RUN_ONCE = """
const made = {};
export const $ = (name) => (made[name] ??= modules[name]($));
"""


def bundled(sources: Mapping[str, str], entry: str, others: Collection[str] = ()) -> dict[str, str]:
    """All scripts as a browser shall get them, and the two files.

    Together, these have the modules that ``entry`` imports, directly or not, without those that it imports on
    demand; the small one has those that ``others`` import as well.

    Args:
        sources: the texts of all modules by their path relative to static/js.
        entry, others: the scripts that pages name, with a chat and without.

    Raises:
        ValueError: modules import each other, or what does not exist, or in a form that this does not
            understand.
    """
    for name, text in sources.items():
        _check_modules(name, text, sources)
    wanted = {name for other in others for name in _in_order_of_imports(other, sources)}
    places = {name: SMALL if name in wanted else LARGE for name in _in_order_of_imports(entry, sources)[:-1]}

    def modules(bundle: str) -> str:
        names = (name for name, place in places.items() if place == bundle)
        functions = (f"{json.dumps(name)}: {_as_function(name, sources[name], places)}" for name in names)
        return "{\n" + ",\n".join(functions) + "\n}"

    small = f"export const modules = {modules(SMALL)};{_RUN_ONCE}"
    large = (
        f'import {{ $, modules }} from "{_relative(LARGE, SMALL)}";\n'
        f"export {{ $ }};\nObject.assign(modules, {modules(LARGE)});\n"
    )
    for name, text in sources.items():
        _check_names(name, text, sources)
    return {SMALL: small, LARGE: large} | {
        name: _script(name, text, places) for name, text in sources.items()
    }


def _script(name: str, text: str, places: Mapping[str, str]) -> str:
    """The script at its own address. For a module of a bundle, it only exports what the bundle has."""
    if name in places:
        text = f"export const {{ {', '.join(_exported(text))} }} = $({json.dumps(name)});\n"
    else:
        text = _with_imports_from_bundle(name, text, places)
    used = {places[module] for module in _CALL.findall(text)}
    if not used:
        return text
    return f'import {{ $ }} from "{_relative(name, LARGE if LARGE in used else SMALL)}";\n{text}'


def _check_modules(name: str, text: str, sources: Mapping[str, str]) -> None:
    for path in [*(path for _, path in _IMPORT.findall(text)), *_ON_DEMAND.findall(text)]:
        if (module := _absolute(name, path)) not in sources:
            raise ValueError(
                f"{name} imports “{path}”, but there is no static/js/{module}. Correct the path."
            )


def _check_names(name: str, text: str, sources: Mapping[str, str]) -> None:
    for names, path in _IMPORT.findall(text):
        module = _absolute(name, path)
        wanted = {each.split(" as ")[0].strip() for each in names.split(",")} - {""}
        if missing := wanted.difference(_exported(sources[module])):
            raise ValueError(
                f"{name} imports {', '.join(sorted(missing))} from {module}, which does not export that. "
                "Export each name on its own there: `export const x = 1;`, not `export const x = 1, y = 2;`."
            )


def _in_order_of_imports(entry: str, sources: Mapping[str, str]) -> list[str]:
    """``entry`` and what it imports, each after what it imports itself."""
    found: list[str] = []

    def visit(name: str, importers: tuple[str, ...]) -> None:
        if name in importers:
            raise ValueError("These modules import each other: " + ", ".join((*importers, name)))
        if name not in found:
            for _, path in _IMPORT.findall(sources[name]):
                visit(_absolute(name, path), (*importers, name))
            found.append(name)

    visit(entry, ())
    return found


def _as_function(name: str, text: str, places: Mapping[str, str]) -> str:
    exported = _exported(text)
    text = _EXPORT.sub(r"\1\2", _with_imports_from_bundle(name, text, places))
    text = _ON_DEMAND.sub(
        lambda found: f'import("{_relative(places[name], _absolute(name, found[1]))}")', text
    )
    if other := _LEFT_OVER.search(text):
        raise ValueError(f"{name}: a module of the bundle cannot have “{other[0]}”")
    # The outer brackets make the engine compile the function at once, not a second time when it is called.
    return f"(($) => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})"


def _exported(text: str) -> list[str]:
    return [name for _, name in _EXPORT.findall(text)]


def _with_imports_from_bundle(name: str, text: str, places: Mapping[str, str]) -> str:
    def call(found: re.Match[str]) -> str:
        module = _absolute(name, found[2])
        if module not in places:
            return found[0]
        return f"const {{{found[1].replace(' as ', ': ')}}} = $({json.dumps(module)});"

    return _IMPORT.sub(call, text)


def _absolute(importer: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))


def _relative(importer: str, name: str) -> str:
    path = posixpath.relpath(name, posixpath.dirname(importer))
    return path if path.startswith(".") else f"./{path}"
