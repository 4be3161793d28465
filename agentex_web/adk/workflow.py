"""Temporal's ``workflow``, with a ``defn`` for workflows in the form of the guide.

Everything except ``defn`` is Temporal's own. ``defn`` adds a ``run`` that waits for messages to classes
without one. A subclass of ``adk.Workflow`` needs no decorator.
"""

from temporalio.workflow import *  # noqa: F403

from agentex_web.compat.guide import BaseWorkflow, defn  # type: ignore[no-redef]

__all__ = ["BaseWorkflow", "defn"]
