"""The workflow sandbox, in production and in tests."""

import dataclasses

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def workflow_runner() -> SandboxedWorkflowRunner:
    """Temporal's sandbox, but with modules imported only once: importing them for each chat costs 150 ms.

    Instead, turns/guard refuses what authors may not do in workflows, and names the line and the remedy.
    That includes ``open``: of Python's builtins, the sandbox forbids only ``input``.
    """
    found = SandboxRestrictions.default.with_passthrough_all_modules()
    members = found.invalid_module_members
    builtins = dataclasses.replace(members.children["__builtins__"], use={"input"})
    members = dataclasses.replace(members, children={**members.children, "__builtins__": builtins})
    return SandboxedWorkflowRunner(restrictions=dataclasses.replace(found, invalid_module_members=members))
