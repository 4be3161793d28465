"""Makes ``import agents`` find the OpenAI Agents SDK, although the folder ``agents/`` has the same name.

If the folder has no ``__init__.py``, Python prefers the SDK. Authors and their tools like to add an
``__init__.py``; the folder would then hide the SDK from the whole product.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from agentex_web.places import HOME

HIDES_THE_SDK = HOME / "agents" / "__init__.py"


class _SDKFinder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        if name != "agents" or path is not None:
            return None
        return PathFinder.find_spec(name, [each for each in sys.path if Path(each or ".").resolve() != HOME])


def prefer_sdk() -> None:
    """Installs the import finder, but only if the folder has an ``__init__.py``."""
    if HIDES_THE_SDK.is_file() and _SDKFinder not in sys.meta_path:
        sys.meta_path.insert(0, _SDKFinder)
