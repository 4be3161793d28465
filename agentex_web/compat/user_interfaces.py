"""Stand-ins for packages that show agents to people (chainlit, gradio, streamlit, IPython), and nest_asyncio.

Many public agents come with a page made with one of these. Agentex Web is the page, so an agent's file gets
a stand-in instead of the package, installed or not: its decorators return what they decorate, its inputs
return their defaults, ``session_state`` keeps what is set, and everything else does nothing. The real
packages would start servers, or run the whole file for each person. nest_asyncio, which notebooks need, would
change the event loop of the worker. Colab's ``userdata`` gets keys from the environment.
"""

import inspect
import os
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Any

PACKAGES = frozenset({"IPython", "chainlit", "google.colab", "gradio", "nest_asyncio", "streamlit"})
OF_NOTEBOOKS = "get_ipython"
"""A function that notebooks have without an import."""
_SECRETS = ("secrets", "userdata")
MOST_COLUMNS = 1_000
"""More columns or tabs would only use up the worker's memory."""
_TEXTS = ("text_input", "text_area")
_SWITCHES = ("toggle", "checkbox")
_CHOICES = ("selectbox", "radio", "select_slider", "segmented_control", "pills")
"""Streamlit's inputs. Each returns what it would on a page that nobody has touched."""


class StandIn:
    """Takes the place of a package, and of everything in it. It is false, empty, and callable."""

    _name: str
    """What the file calls it, such as ``text_input``; empty if it has no name."""
    _kept: dict[Any, Any] | None
    """What the file has set, if this is the ``session_state``."""
    _gets_from: str
    """What this method gets secrets from, ``secrets`` or ``userdata``; empty for everything else."""

    def __init__(self, name: str) -> None:
        vars(self)["_name"] = name
        vars(self)["_gets_from"] = ""
        vars(self)["_kept"] = {} if name == "session_state" else None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._kept and name in self._kept:
            return self._kept[name]
        made = StandIn(name)
        if name == "get" and self._name in _SECRETS:
            vars(made)["_gets_from"] = self._name
        if name == "session_state":
            vars(self)[name] = made
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        """Forgets the value, unless this is the ``session_state``."""
        self[name] = value

    def __call__(self, *given: Any, **options: Any) -> Any:
        if self._decorates(given, options):
            return given[0]
        if self._gets_from and given:
            # Streamlit's, like a dict's, has a default; Colab's refuses what is not set.
            is_dict = self._gets_from == "secrets"
            return os.environ.get(*given, **options) if is_dict else os.environ[given[0]]
        if self._name in ("columns", "tabs") and given:
            count = given[0] if isinstance(given[0], int) else len(given[0])
            return [StandIn("") for _ in range(min(count, MOST_COLUMNS))]
        return _default(self._name, given, options)

    def _decorates(self, given: tuple[Any, ...], options: dict[str, Any]) -> bool:
        # Chainlit's handlers become stand-ins: its `on_message` is not the one that this product calls.
        is_class, is_handler = self._name[:1].isupper(), self._name.startswith("on_")
        return (
            len(given) == 1 and not options and inspect.isroutine(given[0]) and not (is_class or is_handler)
        )

    def __getitem__(self, key: Any) -> Any:
        if self._kept and key in self._kept:
            return self._kept[key]
        return os.environ[key] if self._name in _SECRETS else StandIn("")

    def __setitem__(self, key: Any, value: Any) -> None:
        if self._kept is not None:
            self._kept[key] = value

    def __contains__(self, wanted: object) -> bool:
        return self._kept is not None and wanted in self._kept

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return False

    def __await__(self) -> Generator[Any, Any, "StandIn"]:
        yield from ()
        return self

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def __aenter__(self) -> "StandIn":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def __mro_entries__(self, _bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()


def _default(name: str, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What a call of this name returns."""
    if name in _TEXTS:
        return options.get("value", given[1] if len(given) > 1 else "") or ""
    if name in _SWITCHES:
        return bool(options.get("value", given[1] if len(given) > 1 else False))
    if name in _CHOICES and isinstance(
        choices := options.get("options", given[1] if len(given) > 1 else None), list
    ):
        index = options.get("index", 0)
        return choices[index] if isinstance(index, int) and -len(choices) <= index < len(choices) else None
    if name in ("slider", "number_input") and "value" in options:
        return options["value"]
    return StandIn(name)


def package_of(module: str) -> str:
    """The package that is replaced, of which this module is a part; empty if there is none."""
    return next((each for each in PACKAGES if f"{module}.".startswith(f"{each}.")), "")


def stand_in(path: str) -> StandIn:
    """The stand-in of a package, or of a name in it.

    Args:
        path: such as ``chainlit`` or ``chainlit.on_message``.
    """
    return StandIn(path.rpartition(".")[2])
