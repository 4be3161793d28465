"""agentex_web/compat/turn_time.py is needed while temporalio has no interceptor for timers."""

from temporalio.worker import WorkflowOutboundInterceptor
from temporalio.worker._workflow_instance import _WorkflowInstanceImpl


def test_there_is_no_interceptor_for_timers() -> None:
    calls = {name for name in vars(WorkflowOutboundInterceptor) if not name.startswith("_")}
    assert not any("timer" in name or "sleep" in name or "time" in name for name in calls)


def test_all_timers_and_times_come_from_the_methods_that_are_replaced() -> None:
    assert "_timer_impl" in _WorkflowInstanceImpl.call_later.__code__.co_names
    assert "_timer_impl" in _WorkflowInstanceImpl.workflow_sleep.__code__.co_names
    assert {"time", "workflow_time_ns", "workflow_random"} <= vars(_WorkflowInstanceImpl).keys()
