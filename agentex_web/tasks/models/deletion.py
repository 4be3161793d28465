import uuid

from django.db import models

from agentex_web.names import workflow_id_of
from agentex_web.tasks.models.fields import Json


class Deletion(models.Model):
    """A deleted task whose copies in Temporal and Redis must still be removed; then the row is deleted."""

    task_id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    turns = Json(default=list, help_text="The ids of its turns that were open.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.task_id)

    @property
    def workflow_id(self) -> str:
        return workflow_id_of(self.task_id)
