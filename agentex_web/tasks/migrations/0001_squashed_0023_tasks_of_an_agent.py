"""The migrations up to 0023 as one, which a new database is created with in a fraction of the time.

Databases that have some of them get the others one by one. What those of them do with rows is not here: a new database has none.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('tasks', '0001_initial'), ('tasks', '0002_positions_as_text'), ('tasks', '0003_how_attachments_were_read'), ('tasks', '0004_versions_and_deliveries'), ('tasks', '0005_access_to_agents_and_messages'), ('tasks', '0006_deletions'), ('tasks', '0007_pictures_as_files'), ('tasks', '0008_memory_of_turns'), ('tasks', '0009_what_a_turn_leaves'), ('tasks', '0010_spans'), ('tasks', '0011_refused_messages_left_out'), ('tasks', '0012_chat_list'), ('tasks', '0013_forms_and_waits'), ('tasks', '0014_indexes_of_lists'), ('tasks', '0015_what_people_choose'), ('tasks', '0016_times_of_messages'), ('tasks', '0017_index_of_finished_turns'), ('tasks', '0018_cut_answers'), ('tasks', '0019_index_of_statuses'), ('tasks', '0020_names'), ('tasks', '0021_payloads_of_children'), ('tasks', '0022_indexes_of_messages'), ('tasks', '0023_tasks_of_an_agent')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('name', models.SlugField(help_text="The file's name in agents/.", max_length=100, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('description', models.TextField(blank=True)),
                ('starters', models.JSONField(blank=True, default=list, help_text='Prompts offered on an empty page.')),
                ('model', models.CharField(blank=True, help_text='The model that the agent names; empty for the default.', max_length=200)),
                ('workflow', models.CharField(help_text='The Temporal workflow type that runs it.', max_length=200)),
                ('task_queue', models.CharField(max_length=200)),
                ('error', models.TextField(blank=True, help_text='Why the file could not be loaded; empty if it could.')),
                ('available', models.BooleanField(default=True)),
                ('seen_at', models.DateTimeField(help_text='When a worker that runs it last reported.')),
                ('allow_manual_result', models.BooleanField(default=False, help_text='Everyone may enter the result of a failed tool, not only staff.')),
                ('groups', models.ManyToManyField(blank=True, help_text='Who may use it. None: everyone.', related_name='+', to='auth.group')),
                ('declared', models.JSONField(blank=True, default=dict, help_text='What its file lets people choose, and what it asks for (catalog/declared.py).')),
            ],
            options={
                'ordering': ('title',),
                'verbose_name': 'agent',
                'verbose_name_plural': 'agents',
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='folder_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('status', models.CharField(choices=[('open', 'Open'), ('completed', 'Completed'), ('failed', 'Failed')], default='open', max_length=20)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('state', models.JSONField(blank=True, default=dict, help_text='What the agent stores with adk.state.')),
                ('state_version', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='tasks.agent')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveBigIntegerField(default=0, help_text='Raised by each change that pages show.')),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('delete_at', models.DateTimeField(blank=True, help_text='Its owner deleted it, and can undo that until this time.', null=True)),
                ('is_temporary', models.BooleanField(default=False, help_text='Kept out of the list, and deleted some time after its last message.')),
                ('pinned_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='When its owner last had it in view.', null=True)),
                ('title_due', models.DateTimeField(blank=True, help_text='When a worker asks a model for a title; empty if none is wanted.', null=True)),
                ('title_source', models.CharField(choices=[('message', 'the first words of the first message'), ('model', 'Model'), ('person', 'Person'), ('agent', 'Agent')], default='message', help_text='Who wrote the title. A model replaces only the first words of the message.', max_length=20)),
                ('folder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tasks', to='tasks.folder')),
                ('choices', models.JSONField(blank=True, default=dict, help_text='What the person chose for the next messages, by the name of the agent that gets them.')),
            ],
            options={
                'ordering': ('-updated_at',),
                'indexes': [models.Index(fields=['owner', '-updated_at'], name='task_owner_updated'), models.Index(condition=models.Q(('title_due__isnull', False)), fields=['title_due'], name='task_title_due'), models.Index(condition=models.Q(('delete_at__isnull', False)), fields=['delete_at'], name='task_delete_at'), models.Index(condition=models.Q(('is_temporary', True)), fields=['updated_at'], name='task_temporary'), models.Index(fields=['-updated_at'], name='task_updated'), models.Index(fields=['agent', '-updated_at'], name='task_agent_updated')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ('open', 'completed', 'failed'))), name='task_status_known'), models.CheckConstraint(condition=models.Q(('title_source__in', ('message', 'model', 'person', 'agent'))), name='task_title_source_known')],
                'verbose_name': 'task',
                'verbose_name_plural': 'tasks',
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('pending', 'pending: kept here, no worker has it yet'), ('queued', 'queued behind another turn'), ('running', 'Running'), ('done', 'Done'), ('interrupted', 'Interrupted'), ('failed', 'Failed'), ('withdrawn', 'Withdrawn')], default='pending', max_length=20)),
                ('stop_requested', models.BooleanField(default=False)),
                ('attempt', models.PositiveIntegerField(default=1, help_text='Attempt number of the latest model call.')),
                ('retry_at', models.DateTimeField(blank=True, help_text='Time of the next attempt.', null=True)),
                ('error', models.TextField(blank=True, help_text='Why it failed or is being retried.')),
                ('activity', models.CharField(blank=True, help_text='Temporal activity of the model call that failed last.', max_length=100)),
                ('items', models.JSONField(blank=True, default=list, help_text='SDK input items that this turn added.')),
                ('usage', models.JSONField(blank=True, default=dict, help_text='Tokens: input, cached, output, reasoning.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='tasks.turn')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='tasks.task')),
                ('deliver_at', models.DateTimeField(blank=True, help_text='While it is pending: when it is delivered to Temporal next.', null=True)),
                ('deliveries', models.PositiveIntegerField(default=0, help_text='How often that was tried.')),
                ('left_out', models.CharField(blank=True, help_text='What the model refused and later turns are not given.', max_length=20)),
                ('summary', models.TextField(blank=True, help_text='Stands for all turns before this one in what the model is given.')),
                ('context', models.JSONField(blank=True, default=None, help_text='The run context, kept for the turns that follow.', null=True)),
                ('last_agent', models.CharField(blank=True, help_text='The agent that spoke last; the next message goes to it.', max_length=200)),
                ('choices', models.JSONField(blank=True, default=dict, help_text="How it is answered: agent (if not the task's own), model, effort, temperature, without (tools that are switched off).")),
                ('instructions', models.TextField(blank=True, help_text='What the person wants agents to know, as it was then.')),
                ('continued', models.PositiveIntegerField(default=0, help_text='How often it has gone on.')),
                ('cut', models.JSONField(blank=True, default=dict, help_text='The answer that was cut at the length limit and can go on, if any.')),
                ('undo_requested', models.BooleanField(default=False, help_text='With the Stop, what the turn has done is undone.')),
            ],
            options={
                'ordering': ('created_at',),
                'indexes': [models.Index(fields=['task', 'created_at'], name='turn_task_created'), models.Index(fields=['-created_at'], name='turn_created'), models.Index(fields=['finished_at'], name='turn_finished'), models.Index(fields=['status', 'created_at'], name='turn_status')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ('pending', 'queued', 'running', 'done', 'interrupted', 'failed', 'withdrawn'))), name='turn_status_known'), models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='turn_not_own_parent')],
                'verbose_name': 'turn',
                'verbose_name_plural': 'turns',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.CharField(help_text='Order in the turn, compared as text (positions.py).', max_length=255)),
                ('author', models.CharField(choices=[('user', 'User'), ('agent', 'Agent'), ('system', 'System')], max_length=20)),
                ('kind', models.CharField(choices=[('text', 'Text'), ('reasoning', 'Reasoning'), ('tool_request', 'Tool Request'), ('tool_response', 'Tool Response'), ('handoff', 'Handoff'), ('approval', 'Approval'), ('form', 'Form'), ('wait', 'wait: for a time or an event'), ('error', 'Error')], default='text', max_length=20)),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('streaming', 'Streaming'), ('done', 'Done'), ('interrupted', 'Interrupted'), ('failed', 'Failed')], default='done', max_length=20)),
                ('content', models.TextField(blank=True, help_text='Text or Markdown; for a tool, its arguments or result as received.')),
                ('data', models.JSONField(blank=True, default=dict, help_text='Further data of this kind of message.')),
                ('html', models.TextField(blank=True, editable=False, help_text='Rendered once, when the message was complete.')),
                ('error', models.TextField(blank=True)),
                ('agent_name', models.CharField(blank=True, max_length=200)),
                ('tool_name', models.CharField(blank=True, max_length=200)),
                ('tool_call_id', models.CharField(blank=True, max_length=200)),
                ('attempt', models.PositiveIntegerField(default=1)),
                ('usage', models.JSONField(blank=True, default=dict, help_text='Tokens of the model call, on its last message.')),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('turn', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tasks.turn')),
                ('created_at', models.DateTimeField(auto_now_add=True, null=True)),
            ],
            options={
                'ordering': ('turn__created_at', 'position'),
                'indexes': [models.Index(condition=models.Q(('tool_call_id', ''), _negated=True), fields=['turn', 'tool_call_id'], name='message_tool_call'), models.Index(fields=['-created_at', '-id'], name='message_created'), models.Index(fields=['kind', '-created_at', '-id'], name='message_kind'), models.Index(fields=['status', '-created_at', '-id'], name='message_status')],
                'constraints': [models.UniqueConstraint(fields=('turn', 'position'), name='message_position_once'), models.CheckConstraint(condition=models.Q(('author__in', ('user', 'agent', 'system'))), name='message_author_known'), models.CheckConstraint(condition=models.Q(('status__in', ('pending', 'streaming', 'done', 'interrupted', 'failed'))), name='message_status_known'), models.CheckConstraint(condition=models.Q(('kind__in', ('text', 'reasoning', 'tool_request', 'tool_response', 'handoff', 'approval', 'form', 'wait', 'error'))), name='message_kind_known')],
                'permissions': (('read_messages', 'Can read the messages of every chat'),),
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('content_type', models.CharField(help_text='From its content, not its name.', max_length=100)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('file', models.FileField(upload_to='attachments')),
                ('text', models.TextField(blank=True, help_text='What the model receives of a file that is not an image.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(blank=True, help_text='The message that the file was sent with first.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tasks.message')),
                ('encoding', models.CharField(blank=True, help_text='The encoding of a text file that may not be UTF-8.', max_length=20)),
                ('note', models.CharField(blank=True, help_text='What was left out or replaced when the file was read.', max_length=200)),
            ],
            options={
                'ordering': ('-created_at',),
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
            },
        ),
        migrations.CreateModel(
            name='Feedback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.SmallIntegerField(choices=[(1, 'Up'), (-1, 'Down')])),
                ('comment', models.TextField(blank=True, max_length=2000)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='tasks.message')),
            ],
            options={
                'verbose_name_plural': 'feedback',
                'ordering': ('-updated_at',),
                'constraints': [models.UniqueConstraint(fields=('message', 'user'), name='feedback_once'), models.CheckConstraint(condition=models.Q(('value__in', (1, -1))), name='feedback_value_known')],
                'verbose_name': 'feedback',
            },
        ),
        migrations.CreateModel(
            name='Span',
            fields=[
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('trace_id', models.CharField(help_text="Groups spans; by convention the task's id.", max_length=200)),
                ('parent_id', models.CharField(blank=True, help_text='The span that it is part of.', max_length=200)),
                ('name', models.CharField(max_length=200)),
                ('input', models.JSONField(blank=True, null=True)),
                ('output', models.JSONField(blank=True, null=True)),
                ('data', models.JSONField(blank=True, null=True)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='tasks.task')),
                ('turn', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='tasks.turn')),
            ],
            options={
                'ordering': ('started_at',),
                'indexes': [models.Index(fields=['task', 'started_at'], name='span_of_task')],
                'verbose_name': 'span',
                'verbose_name_plural': 'spans',
            },
        ),
        migrations.CreateModel(
            name='LargePayload',
            fields=[
                ('name', models.CharField(help_text='The SHA-256 of workflow and body.', max_length=64, primary_key=True, serialize=False)),
                ('body', models.BinaryField()),
                ('used_at', models.DateTimeField(auto_now=True, db_index=True)),
                ('workflow', models.CharField(blank=True, db_index=True, help_text='The id of the workflow whose history names it.', max_length=300)),
                ('root', models.CharField(blank=True, db_index=True, help_text='For a child workflow: the id of the workflow at the root. Empty until it is known.', max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Deletion',
            fields=[
                ('task_id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('turns', models.JSONField(default=list, help_text='The ids of its turns that were open.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name='task',
            name='head',
            field=models.ForeignKey(blank=True, help_text='Last turn of the branch that is shown.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tasks.turn'),
        ),
    ]
