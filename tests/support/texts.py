"""Finds the texts that are marked for translation, without GNU gettext, and their translations in a catalog."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = ROOT / "agentex_web/locale"
_SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_TEMPLATE_CALL = re.compile(rf"\b(?:_|gettext|ngettext)\(\s*u?({_STRING})")
_SCRIPT_CALL = re.compile(rf"\b(?:gettext|ngettext)\(\s*({_STRING})")


def texts_of_python() -> set[str]:
    """The marked texts in Python files, without the tests."""
    found: set[str] = set()
    for path in (ROOT / "agentex_web").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "gettext" in source:
            found.update(_calls(ast.parse(source)))
    return found


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = 1 if name in _CONTEXT else 0
        if name in _SINGLE | _PLURAL | _CONTEXT and len(node.args) > place:
            argument = node.args[place]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def texts_of_templates() -> set[str]:
    found: set[str] = set()
    for path in (*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")):
        made = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        found.update(ast.literal_eval(each) for each in _TEMPLATE_CALL.findall(made))
    return {each for each in found if each}


def texts_of_scripts() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "static/js").rglob("*.js"):
        found.update(
            ast.literal_eval(each) for each in _SCRIPT_CALL.findall(path.read_text(encoding="utf-8"))
        )
    return found


def compiled(language: str, domain: str, *, plurals: bool = True) -> dict[str, str]:
    """The compiled translations by text. Plurals are keyed by their singular, or left out."""
    with (CATALOGS / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        catalog = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found = {}
    for key, value in catalog.items():
        if isinstance(key, tuple) and not plurals:
            continue
        text = key[0] if isinstance(key, tuple) else key
        found[str(text).rpartition("\x04")[2]] = str(value)
    return found
