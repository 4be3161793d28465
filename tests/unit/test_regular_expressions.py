"""Every regular expression takes linear time, whatever the text.

This covers the whole project and its scripts, except the demo model, which only runs on the machine of the person
who tries it out.

Each pattern is tried on growing texts: a beginning, a repeated part, and an end that does not match. Tools for this
(regexploit, recheck) only analyse the pattern; they ignore that `search` starts again at each position, and the
Python tool was last released in 2021.
"""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import agentex_web

ROOT = Path(agentex_web.__file__).parents[1]
UNCHECKED = (".migrations", ".__main__", ".demo_model", "agentex_web.agents.")
FUNCTIONS = ("match", "search", "fullmatch", "sub", "split", "findall", "finditer")
SHORT, LONG = 150, 1_200
RATIO = 4 * LONG / SHORT
"""Linear is 8, quadratic is 64."""
NOTICED = 0.0005
"""Seconds; patterns that take less on the long text are ignored."""

PUMPS = [
    *" a0\"\\`*[](){}:|->/.@_~$#=!<&\t\nż文",
    *("ab", " a", "a ", "](", "[a", "a.", "a,", "a-", ", ", " and ", '\\"', "`a", "0 ", "1.", "a@", "/a", "``", "'a", "x\n",),
    *("<think>", "\ue200", "\ue200a\ue202"),
]  # fmt: skip
BEGINNINGS = ["", "a", '{"a"', "[", "`", "https://", "in "]
END = "\x00"


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(agentex_web.__path__, "agentex_web."):
        if not any(part in found.name for part in UNCHECKED):
            yield found.name


def compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Patterns that are attributes of modules and classes, and literal arguments of `re` functions."""
    for name in modules():
        module = importlib.import_module(name)
        for owner in (module, *(each for each in vars(module).values() if isinstance(each, type))):
            for each, value in list(vars(owner).items()):
                if isinstance(value, re.Pattern):
                    yield f"{name}.{each}", _for_text(value)
        yield from _written(name, Path(str(module.__file__)))


def _for_text(pattern: re.Pattern[str] | re.Pattern[bytes]) -> re.Pattern[str]:
    if isinstance(pattern.pattern, str):
        return re.compile(pattern.pattern, pattern.flags)
    flags = pattern.flags & (re.DOTALL | re.IGNORECASE | re.MULTILINE)
    return re.compile(pattern.pattern.decode("latin-1"), flags)


def _written(name: str, path: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FUNCTIONS
            and isinstance(node.args[0], ast.Constant)
        ):
            yield f"{name}:{node.lineno}", re.compile(node.args[0].value)


LITERAL = re.compile(
    r"(?:[=(,:!?&|]|return)\s?/((?:[^/\\\n\[*]|\\.|\[(?:[^\]\\\n]|\\.)*\])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])*)/([a-z]*)"
)


def scripts() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The literals in the pages' scripts, as Python patterns: what is linear in one engine is linear in the other."""
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for body, flags in LITERAL.findall(line):
                yield f"{path.name}:{number}", re.compile(body, re.IGNORECASE if "i" in flags else 0)


@cache
def patterns() -> dict[str, re.Pattern[str]]:
    return {**dict(compiled()), **dict(scripts())}


def seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.thread_time()
    pattern.search(text)
    pattern.fullmatch(text)
    return time.thread_time() - began


def slow(pattern: re.Pattern[str], sizes: tuple[int, int] = (SHORT, LONG)) -> Iterator[str]:
    for beginning, pump in product(BEGINNINGS, PUMPS):
        short, long = (beginning + pump * (size // len(pump)) + END for size in sizes)
        if (taken := seconds(pattern, long)) < NOTICED:
            continue
        # Measure again, because the machine may have been busy.
        taken = min(taken, seconds(pattern, long), seconds(pattern, long))
        before = min(seconds(pattern, short) for _ in range(5))
        if taken > NOTICED and taken > RATIO * before:
            yield f"{beginning!r} + {pump!r}: {before * 1e3:.2f} → {taken * 1e3:.2f} ms"


def test_each_pattern_is_linear() -> None:
    # Modules import patterns of each other.
    names = {pattern: name for name, pattern in patterns().items()}
    found = {f"{name}: {pattern.pattern}": list(slow(pattern)) for pattern, name in names.items()}
    assert not any(found.values()), "\n".join(
        "\n".join([name, *slowest[:5]]) for name, slowest in found.items() if slowest
    )


def test_the_patterns_are_found() -> None:
    assert "agentex_web.rendering.autolinks._ADDRESS" in patterns()
    assert "agentex_web.imports.elements._TOKEN" in patterns()
    assert any(name.startswith("notices.js:") for name in patterns())
    assert any(":" in name and name.startswith("agentex_web.") for name in patterns())


@pytest.mark.parametrize(
    "pattern",
    [
        r"[>\s]*(?:[-*+_=#|`~:$\\\s]*|\d{1,9}[.)]?\s?)\Z",
        r'\s*(\{\s*("([^"\\]|\\.)*"?\s*:?[\s"\[{]*)?)?',
        r"\s+\Z",
    ],
)
def test_patterns_that_are_not_linear_are_noticed(pattern: str) -> None:
    """The first two froze a web process for 19 s and 18 s."""
    assert next(slow(re.compile(pattern), (50, 400)), None)
