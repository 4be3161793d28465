"""The migrations up to 0004 as one, for databases that have none of them (tasks/migrations/0001_squashed_0023)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('waits', '0001_waits'), ('waits', '0002_reminded'), ('waits', '0003_pauses'), ('waits', '0004_names')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tasks', '0001_squashed_0023_tasks_of_an_agent'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('approval', 'Approval'), ('form', 'Form'), ('timer', 'Timer'), ('event', 'Event')], max_length=20)),
                ('status', models.CharField(choices=[('waiting', 'Waiting'), ('decided', 'Decided'), ('expired', 'expired: the deadline decided'), ('cancelled', 'cancelled: the turn ended')], default='waiting', max_length=20)),
                ('title', models.CharField(blank=True, help_text='What is asked, in a few words.', max_length=300)),
                ('agent_name', models.CharField(blank=True, max_length=200)),
                ('payload', models.JSONField(blank=True, default=dict, help_text='What is shown to the person who decides.')),
                ('decision', models.JSONField(blank=True, default=None, help_text='What the workflow is told.', null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('group', models.CharField(blank=True, help_text='People of this group decide; empty: the owner of the chat.', max_length=150)),
                ('people', models.PositiveSmallIntegerField(default=1, help_text='How many different people must agree.')),
                ('deadline', models.DateTimeField(blank=True, null=True)),
                ('otherwise', models.JSONField(blank=True, default=None, help_text='The decision at the deadline.', null=True)),
                ('remind_at', models.DateTimeField(blank=True, help_text='Time of the next reminder.', null=True)),
                ('reminders', models.JSONField(blank=True, default=list, help_text='Further reminders, in seconds after it was asked.')),
                ('workflow_id', models.CharField(help_text='The workflow that waits.', max_length=300)),
                ('deliver_at', models.DateTimeField(blank=True, help_text='When the workflow is told next; empty once it has been told.', null=True)),
                ('deliveries', models.PositiveIntegerField(default=0, help_text='How often that was tried.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='tasks.task')),
                ('turn', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='tasks.turn')),
                ('reminded_at', models.DateTimeField(blank=True, help_text='When people were reminded last.', null=True)),
            ],
            options={
                'ordering': ('-created_at',),
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['task', 'created_at'], name='wait_open_of_task'), models.Index(condition=models.Q(('status', 'waiting')), fields=['group', 'created_at'], name='wait_open_of_group'), models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='wait_remind'), models.Index(condition=models.Q(('deliver_at__isnull', False)), fields=['deliver_at'], name='wait_deliver')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('approval', 'form', 'timer', 'event'))), name='wait_kind_known'), models.CheckConstraint(condition=models.Q(('status__in', ('waiting', 'decided', 'expired', 'cancelled'))), name='wait_status_known')],
                'verbose_name': 'wait',
                'verbose_name_plural': 'waits',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text="The person's user name at that time.", max_length=150)),
                ('value', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wait', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='waits.wait')),
            ],
            options={
                'ordering': ('created_at',),
                'constraints': [models.UniqueConstraint(fields=('wait', 'person'), name='decision_once_a_person')],
            },
        ),
        migrations.CreateModel(
            name='Allowed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tool', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allowed_tools', to='tasks.task')),
            ],
            options={
                'ordering': ('tool',),
                'constraints': [models.UniqueConstraint(fields=('task', 'tool'), name='allowed_once')],
                'verbose_name': 'allowed tool',
                'verbose_name_plural': 'allowed tools',
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paused', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('deliver_at', models.DateTimeField(blank=True, help_text='When the workflow is told next; empty once it has been told.', null=True)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='pause', to='tasks.task')),
            ],
            options={
                'permissions': (('pause_chats', 'Can pause and resume the chats of everybody'),),
                'indexes': [models.Index(condition=models.Q(('deliver_at__isnull', False)), fields=['deliver_at'], name='pause_deliver')],
            },
        ),
    ]
