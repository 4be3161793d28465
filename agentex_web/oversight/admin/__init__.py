"""The pages of the admin: the record to read, acts on tasks, agents, accounts and the log."""

from agentex_web.oversight.admin import messages, others, people, tasks, turns

__all__ = ["messages", "others", "people", "tasks", "turns"]
