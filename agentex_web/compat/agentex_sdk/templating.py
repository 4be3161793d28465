"""agentex-sdk's ``adk.utils``: fills in a Jinja template, in the workflow or activity that calls it.

There, an activity does this. Here templates are rendered at once, in Jinja's sandbox: the variables often
hold texts of people and models. ``random`` is left out: a replay has to render the same text again.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from agentex_web.turns.author_errors import AuthorError

if TYPE_CHECKING:
    from jinja2 import Template


class UnusableTemplate(AuthorError):
    """A template cannot be rendered; the text says why."""


async def render_jinja(
    trace_id: str,  # noqa: ARG001  (agentex-sdk's argument)
    template: str,
    variables: Mapping[str, Any],
    **_options: Any,
) -> str:
    """Returns the text of a template with its variables filled in.

    Args:
        trace_id: accepted for agentex-sdk, as are options of its activity.

    Raises:
        UnusableTemplate: the template has a mistake, does what Jinja's sandbox forbids, or uses a variable in
            a way that its value does not allow.
    """
    try:
        return _template(template).render(variables)
    except Exception as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line} of the template" if line else ""
        raise UnusableTemplate(f"render_jinja failed{where}: {type(error).__name__}: {error}") from error


@lru_cache(maxsize=100)
def _template(text: str) -> "Template":
    # Imported here: only projects of agentex-sdk need it.
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment()
    del environment.filters["random"]
    return environment.from_string(text)


templating = SimpleNamespace(render_jinja=render_jinja)
utils = SimpleNamespace(templating=templating)
