"""Puts the modules that every page needs into one file, so that a browser asks once and not sixty times.

In that file each module is a function, which runs when the module is first imported:

    const modules = {"page/events.js": ($) => { …; return { on }; }, …};
    export const $ = (name) => …;

The other scripts take what they import from there: `import { on } from "./events.js"` becomes
`const { on } = $("page/events.js")`. So each module runs once in a page.

The well-kept bundlers need Node, which `make run` does not. A module that uses a form of import or export
that this does not know is an error (`tests/unit/test_bundle.py` bundles all of them).
"""

import json
import posixpath
import re
from collections.abc import Mapping

BUNDLE = "page/modules.js"
"""Its path relative to static/js. It lies one folder deep, as all modules do, so `import.meta.url` leads
to the same places."""

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";$', re.MULTILINE)
_ON_DEMAND = re.compile(r'\bimport\("(\.[^"]+)"\)')
_EXPORT = re.compile(r"^export ((?:async )?function |class |const )(\w+)", re.MULTILINE)
_CALL = re.compile(r'= \$\("')
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)

_RUN_ONCE = """
const made = {};
export const $ = (name) => (made[name] ??= modules[name]($));
"""


def bundled(sources: Mapping[str, str], entry: str) -> dict[str, str]:
    """All scripts in the form in which a browser gets them, and the bundle.

    Args:
        sources: texts of modules by their path relative to static/js.
        entry: the bundle has the modules that this one imports, directly or not, without those that it
            imports on demand.

    Raises:
        ValueError: modules import each other in a circle, or in a form that is not supported.
    """
    names = _in_order_of_imports(entry, sources)[:-1]
    functions = (f"{json.dumps(name)}: {_as_function(name, sources[name], names)}" for name in names)
    bundle = "const modules = {\n" + ",\n".join(functions) + "\n};" + _RUN_ONCE
    return {BUNDLE: bundle} | {name: _served(name, text, names) for name, text in sources.items()}


def _served(name: str, text: str, names: list[str]) -> str:
    """The script at its own address. A module of the bundle passes on what is there."""
    if name in names:
        text = f"export const {{ {', '.join(_exported(text))} }} = $({json.dumps(name)});\n"
    else:
        text = _with_imports_from_bundle(name, text, names)
    return f'import {{ $ }} from "{_relative(name, BUNDLE)}";\n{text}' if _CALL.search(text) else text


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


def _as_function(name: str, text: str, names: list[str]) -> str:
    exported = _exported(text)
    text = _EXPORT.sub(r"\1\2", _with_imports_from_bundle(name, text, names))
    text = _ON_DEMAND.sub(lambda found: f'import("{_relative(BUNDLE, _absolute(name, found[1]))}")', text)
    if other := _OTHER.search(text):
        raise ValueError(f"{name}: a module of the bundle cannot have “{other[0]}”")
    # The outer brackets make the engine compile the function at once, not a second time when it is called.
    return f"(($) => {{\n{text}\nreturn {{ {', '.join(exported)} }};\n}})"


def _exported(text: str) -> list[str]:
    return [name for _, name in _EXPORT.findall(text)]


def _with_imports_from_bundle(name: str, text: str, names: list[str]) -> str:
    def call(found: re.Match[str]) -> str:
        module = _absolute(name, found[2])
        if module not in names:
            return found[0]
        return f"const {{{found[1].replace(' as ', ': ')}}} = $({json.dumps(module)});"

    return _IMPORT.sub(call, text)


def _absolute(importer: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))


def _relative(importer: str, name: str) -> str:
    path = posixpath.relpath(name, posixpath.dirname(importer))
    return path if path.startswith(".") else f"./{path}"
