"""The migrations up to 0004 as one, for databases that have none of them (tasks/migrations/0001_squashed_0023)."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('schedules', '0001_initial'), ('schedules', '0002_agents_plans'), ('schedules', '0003_names'), ('schedules', '0004_texts')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('tasks', '0001_squashed_0023_tasks_of_an_agent'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduleDeletion',
            fields=[
                ('schedule_id', models.UUIDField(primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('prompt', models.TextField()),
                ('cadence', models.CharField(choices=[('once', 'Once'), ('hourly', 'Every hour'), ('daily', 'Every day'), ('weekdays', 'Monday to Friday'), ('weekly', 'On certain days of the week'), ('monthly', 'Every month'), ('cron', 'Cron expression')], default='daily', max_length=20)),
                ('cron', models.CharField(blank=True, help_text='Five fields; empty for a single run.', max_length=200)),
                ('once_at', models.DateTimeField(blank=True, help_text='Of a single run.', null=True)),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('overlap', models.CharField(choices=[('skip', 'Skip the new run'), ('queue', 'Start the new run afterwards'), ('together', 'Run both at the same time')], default='skip', max_length=20)),
                ('catch_up', models.PositiveIntegerField(choices=[(60, 'Up to a minute late'), (600, 'Up to 10 minutes late'), (3600, 'Up to an hour late'), (86400, 'Up to a day late'), (604800, 'Up to a week late')], default=3600, help_text='In seconds.')),
                ('notify', models.BooleanField(default=True, help_text='The owner is told when a run has ended.')),
                ('paused', models.BooleanField(default=False)),
                ('skipped', models.JSONField(blank=True, default=list, help_text='Times that are left out, in UTC.')),
                ('revision', models.PositiveIntegerField(default=1, help_text='Raised by each change.')),
                ('applied', models.PositiveIntegerField(default=0, help_text='The revision that Temporal has.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schedules', to='tasks.agent')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schedules', to=settings.AUTH_USER_MODEL)),
                ('planned_in', models.ForeignKey(blank=True, help_text='The chat whose agent made it; empty if a person did, or if the chat is gone.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='planned', to='tasks.task')),
                ('planned_by', models.ForeignKey(blank=True, help_text='The agent that made it; empty if a person did.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='planned', to='tasks.agent')),
            ],
            options={
                'ordering': ('name', 'created_at'),
                'indexes': [models.Index(condition=models.Q(('applied', models.F('revision')), _negated=True), fields=['updated_at'], name='schedule_to_apply')],
                'constraints': [models.CheckConstraint(condition=models.Q(('cadence__in', ('once', 'hourly', 'daily', 'weekdays', 'weekly', 'monthly', 'cron'))), name='schedule_cadence_known'), models.CheckConstraint(condition=models.Q(models.Q(('cadence', 'once'), ('cron', ''), ('once_at__isnull', False)), models.Q(models.Q(('cadence', 'once'), _negated=True), models.Q(('cron', ''), _negated=True)), _connector='OR'), name='schedule_has_times'), models.CheckConstraint(condition=models.Q(('overlap__in', ('skip', 'queue', 'together'))), name='schedule_overlap_known')],
                'verbose_name': 'schedule',
                'verbose_name_plural': 'schedules',
            },
        ),
        migrations.CreateModel(
            name='ScheduledRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
                ('by_hand', models.BooleanField(default=False)),
                ('skipped', models.BooleanField(default=False)),
                ('error', models.TextField(blank=True, help_text='Why no chat began.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('schedule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='schedules.schedule')),
                ('task', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='scheduled_run', to='tasks.task')),
            ],
            options={
                'ordering': ('-due_at',),
                'indexes': [models.Index(fields=['schedule', '-due_at'], name='run_of_schedule')],
                'verbose_name': 'scheduled run',
                'verbose_name_plural': 'scheduled runs',
            },
        ),
        migrations.CreateModel(
            name='SeenZone',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='seen_zone', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('time_zone', models.CharField(max_length=64)),
            ],
        ),
    ]
