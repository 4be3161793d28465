"""The record: what people asked, what agents did about it, and what is shown of it.

A task is one conversation, a turn is one message of a person and everything that the agent did about it, a
message is one thing that a person sees. A status is written by the code that brings it about.
"""

from agentex_web.tasks.models.agent import Agent
from agentex_web.tasks.models.attachment import Attachment
from agentex_web.tasks.models.deletion import Deletion
from agentex_web.tasks.models.feedback import Feedback
from agentex_web.tasks.models.folder import Folder
from agentex_web.tasks.models.large_payload import LargePayload
from agentex_web.tasks.models.message import Message
from agentex_web.tasks.models.span import Span
from agentex_web.tasks.models.task import Task
from agentex_web.tasks.models.turn import Turn

__all__ = [
    "Agent",
    "Attachment",
    "Deletion",
    "Feedback",
    "Folder",
    "LargePayload",
    "Message",
    "Span",
    "Task",
    "Turn",
]
