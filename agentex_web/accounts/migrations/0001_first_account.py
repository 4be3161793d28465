"""Closes the set-up link of installations that have accounts."""

from django.db import migrations, models


def close_setup_where_accounts_exist(apps, schema_editor):
    if apps.get_model("auth", "User").objects.exists():
        apps.get_model("accounts", "FirstAccount").objects.create(pk=1)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.CreateModel(
            name="FirstAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RunPython(close_setup_where_accounts_exist, migrations.RunPython.noop),
    ]
