"""The admin's pages: the record (read-only), actions on tasks, agents, accounts and the log."""

from agentex_web.oversight.admin import messages, others, people, tasks, turns

__all__ = ["messages", "others", "people", "tasks", "turns"]
