"""Indexes the existing titles and messages."""

from typing import Any

from django.db import migrations, transaction

from agentex_web.search.words import MESSAGE, OWNER, TITLE, words_of

BATCH = 500


def fill(apps: Any, schema_editor: Any) -> None:
    """Commits each batch in its own transaction. An interrupted migration continues where it stopped."""
    using = schema_editor.connection.alias
    documents = apps.get_model("search", "Document").objects.using(using)
    tasks = apps.get_model("tasks", "Task").objects.using(using).order_by("pk")
    missing = tasks.exclude(pk__in=documents.filter(message=None).values("task"))
    _in_batches(missing.values_list("pk", "owner_id", "title"), documents, using, _title)
    messages = apps.get_model("tasks", "Message").objects.using(using).order_by("pk")
    messages = messages.filter(kind="text", author__in=("user", "agent")).exclude(status="streaming")
    messages = messages.exclude(pk__in=documents.exclude(message=None).values("message"))
    _in_batches(
        messages.values_list("pk", "turn__task_id", "turn__task__owner_id", "content"), documents, using, _message
    )


def _in_batches(rows: Any, documents: Any, using: str, fields: Any) -> None:
    last = None
    while batch := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        with transaction.atomic(using=using):
            documents.bulk_create([documents.model(**fields(*row)) for row in batch])
        last = batch[-1][0]


def _title(task: Any, owner: int, title: str) -> dict[str, Any]:
    return {"task_id": task, "words": f"{TITLE} {OWNER}{owner} {words_of(title)}"}


def _message(message: Any, task: Any, owner: int, content: str) -> dict[str, Any]:
    return {"task_id": task, "message_id": message, "words": f"{MESSAGE} {OWNER}{owner} {words_of(content)}"}


class Migration(migrations.Migration):
    # So that each batch is committed by itself.
    atomic = False
    dependencies = (("search", "0001_index"),)
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
