"""The locked requirements name what pyproject.toml asks for."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def _asked() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
    }


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_dependency_is_locked_to_a_version_that_suits(file: str) -> None:
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.\[\],-]+)==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE):
        pins.setdefault(canonicalize_name(name.split("[")[0]), []).append(version)
    unlocked = [
        text
        for text in _asked()[file]
        for requirement in [Requirement(text)]
        if not any(
            requirement.specifier.contains(pin) for pin in pins.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert not unlocked, f"`make lock` writes {file} anew"
