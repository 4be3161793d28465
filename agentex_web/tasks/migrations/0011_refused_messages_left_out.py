"""Turns that a model refused with version 0.1 no longer fail every turn after them.

That version kept the refused message in the memory of the chat, so that each later turn was refused as well.
"""

from typing import Any

from django.db import migrations

REFUSED = "The model's server refused the request ("
NOTE = {"role": "user", "content": "(A message was left out, because the model refused it.)"}


def leave_out(apps: Any, schema_editor: Any) -> None:
    turns = apps.get_model("tasks", "Turn").objects.using(schema_editor.connection.alias)
    refused = turns.filter(status="failed", error__startswith=REFUSED, left_out="", usage={})
    refused.update(left_out="message", items=[NOTE])


class Migration(migrations.Migration):
    dependencies = (("tasks", "0010_spans"),)

    # What the model is given changes, and nothing that a person reads: there is no way back.
    operations = (migrations.RunPython(leave_out, migrations.RunPython.noop),)
