from django.db import migrations, models
from django.db.models import OuterRef, Subquery

from agentex_web.positions import OPENING


def fill(apps, _schema_editor):
    """Messages get the time of their turn. That a person's message waits is told by its turn from now on."""
    messages, turns = apps.get_model("tasks", "Message").objects, apps.get_model("tasks", "Turn").objects
    messages.update(created_at=Subquery(turns.filter(pk=OuterRef("turn")).values("created_at")))
    messages.filter(position=OPENING, status="pending").update(status="done")


def created_at(**options):
    field = models.DateTimeField(editable=False, null=True, **options)
    return migrations.AddField(model_name="message", name="created_at", field=field)


class Migration(migrations.Migration):

    dependencies = [("tasks", "0015_what_people_choose")]

    operations = [
        # With `auto_now_add`, SQLite would write the whole table again.
        migrations.SeparateDatabaseAndState([created_at()], [created_at(auto_now_add=True)]),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["-created_at", "-id"], name="message_created"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
