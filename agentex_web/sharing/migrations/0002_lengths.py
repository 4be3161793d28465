# Adds the lengths of the messages of the last turn that a link shows.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sharing', '0001_shares'),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='lengths',
            field=models.JSONField(blank=True, default=dict, help_text='How long the messages of the last turn were, by their ids.'),
        ),
    ]
