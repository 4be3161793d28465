from django.db import models

from agentex_web.tasks.models import Message, Task


class Document(models.Model):
    """The index entry of a message, or of a task's title: the words of its text.

    Only `index.py` writes it. In SQLite, triggers copy it to the FTS5 table ``search_words``; in PostgreSQL,
    the column ``vector`` is generated from it.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    message = models.OneToOneField(
        Message, models.CASCADE, null=True, related_name="+", help_text="None for the task's title."
    )
    words = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=models.Q(message=None), name="search_title_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.task_id}: {self.words[:60]}"
