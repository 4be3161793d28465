"""The activities that turns/record.py asks for, by their names."""

from collections.abc import Callable
from typing import Any

from agentex_web.worker.activities import acp, adk, events, following, memories, messages, plans, turns, waits

ALL: list[Callable[..., Any]] = [
    turns.begin_turn,
    turns.queue_turn,
    turns.finish_turn,
    turns.keep_summary,
    turns.take_in,
    turns.load_items,
    turns.load_memory,
    turns.load_agent_memory,
    messages.tool_started,
    messages.tool_ended,
    messages.handed_off,
    messages.create_message,
    messages.take_back,
    waits.open_wait,
    waits.expire_wait,
    plans.plan_runs,
    plans.list_plans,
    plans.change_plan,
    plans.local_time,
    plans.delete_plan,
    memories.remember_for_person,
    memories.forget_for_person,
    events.event_url,
    following.follow_task,
    events.open_event_wait,
    adk.update_message,
    adk.list_messages,
    adk.stream_delta,
    adk.get_state,
    adk.set_state,
    adk.get_task,
    adk.change_task,
    adk.write_span,
    acp.create_task,
    acp.send_message,
]
