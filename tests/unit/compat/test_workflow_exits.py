"""temporalio still lets a workflow's SystemExit escape from its event loop."""

import inspect

from temporalio.worker._workflow_instance import _WorkflowInstanceImpl

from agentex_web.compat import workflow_exits


def test_a_workflows_loop_catches_exceptions_only() -> None:
    source = inspect.getsource(_WorkflowInstanceImpl._run_top_level_workflow_function)
    assert "except (Exception, asyncio.CancelledError)" in source
    assert "SystemExit" not in source


def test_installing_twice_changes_nothing() -> None:
    workflow_exits.install()
    installed = _WorkflowInstanceImpl.create_task
    workflow_exits.install()
    assert _WorkflowInstanceImpl.create_task is installed
