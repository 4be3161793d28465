"""The admin's pages: the record (read-only), actions on tasks, agents, accounts and the log."""

from agentex_web.oversight.admin import messages, others, people, schedules, tasks, turns, waits

__all__ = ["messages", "others", "people", "schedules", "tasks", "turns", "waits"]
