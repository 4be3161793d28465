"""The record, to read: every task with its turns and messages in order."""

from agentex_web.tasks.admin import messages, others, tasks, turns

__all__ = ["messages", "others", "tasks", "turns"]
