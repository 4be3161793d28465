"""Temporal's ``workflow``, with a ``defn`` for workflows in the form of the guide.

It is Temporal's own module but for ``defn``, which adds the ``run`` that waits for messages where a class
has none. A subclass of ``adk.Workflow`` needs no decorator.
"""

from temporalio.workflow import *  # noqa: F403

from agentex_web.compat.guide import BaseWorkflow, defn  # type: ignore[no-redef]

__all__ = ["BaseWorkflow", "defn"]
