"""The sandbox in which workflows run, in production and in tests."""

import dataclasses

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def workflow_runner() -> SandboxedWorkflowRunner:
    """Temporal's sandbox, with modules imported once: importing them for each chat costs 150 ms.

    What authors may not do in workflows is refused by turns/guard.py, which names the line and the remedy;
    ``open`` is left to it, too.
    """
    found = SandboxRestrictions.default.with_passthrough_all_modules()
    members = found.invalid_module_members
    builtins = dataclasses.replace(members.children["__builtins__"], use={"input"})
    members = dataclasses.replace(members, children={**members.children, "__builtins__": builtins})
    return SandboxedWorkflowRunner(restrictions=dataclasses.replace(found, invalid_module_members=members))
