"""``isinstance`` and ``issubclass`` in workflows, in one call instead of six.

While a workflow task runs, the sandbox of temporalio 1.35 replaces both in the whole process, to look through
its proxies. Each check then passes through five functions of Python, of which one finds out whether this
thread is in a workflow. The SDK checks each value of the conversation with them: in a chat of 100 turns, that
is a third of the processor time before a model call. Looking through a proxy does no harm in other threads.
No upstream issue is known.
"""

import builtins
from typing import Any

from temporalio.worker.workflow_sandbox import _importer
from temporalio.worker.workflow_sandbox._restrictions import RestrictionContext, _RestrictedProxy

_unwrapped = RestrictionContext.unwrap_if_proxied


class _Check(_importer._ThreadLocalCallable[[Any, Any], bool]):
    """Stands in for a builtin; the sandbox puts it into ``builtins`` and takes it out again."""

    def __call__(self, value: Any, types: Any, /) -> bool:
        if type(value) is _RestrictedProxy or type(types) is _RestrictedProxy:
            return self.orig(_unwrapped(value), _unwrapped(types))
        return self.orig(value, types)


def install() -> None:
    """Must be called before the first workflow is created. Calling it again has no effect."""
    for name in ("isinstance", "issubclass"):
        if not isinstance(_importer._thread_local_builtins.get(name), _Check):
            _importer._thread_local_builtins[name] = _Check(getattr(builtins, name))
