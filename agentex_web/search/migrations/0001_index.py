"""The index: FTS5 in SQLite, full text search in PostgreSQL."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SQLITE = (
    # The words are already folded and separated by spaces. To this tokenizer, all non-ASCII bytes are letters.
    "CREATE VIRTUAL TABLE search_words USING fts5("
    "words, content='search_document', content_rowid='id', tokenize='ascii', prefix='2 3')",
    "CREATE TRIGGER search_document_added AFTER INSERT ON search_document BEGIN "
    "INSERT INTO search_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_document_removed AFTER DELETE ON search_document BEGIN "
    "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_document_changed AFTER UPDATE OF words ON search_document BEGIN "
    "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words); "
    "INSERT INTO search_words (rowid, words) VALUES (new.id, new.words); END",
)
POSTGRESQL = (
    "ALTER TABLE search_document ADD COLUMN vector tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX search_vector ON search_document USING gin (vector)",
)
SQLITE_BACK = (
    "DROP TRIGGER search_document_added",
    "DROP TRIGGER search_document_removed",
    "DROP TRIGGER search_document_changed",
    "DROP TABLE search_words",
)
POSTGRESQL_BACK = ("DROP INDEX search_vector", "ALTER TABLE search_document DROP COLUMN vector")


def make_index(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = (("tasks", "0012_chat_list"),)
    operations = (
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                (
                    "message",
                    models.OneToOneField(
                        help_text="None for the task's title.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tasks.message",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tasks.task"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("message", None)), fields=("task",), name="search_title_once"
                    )
                ]
            },
        ),
        migrations.RunPython(make_index, drop_index),
    )
