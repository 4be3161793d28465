"""Exports everything that the site stores about a person, as a ZIP file.

It holds the account with its prompts, schedules and links, each chat as JSON, and the attached files.
"""

import json
import tempfile
import zipfile
from pathlib import PurePath
from typing import IO, Any

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict

from agentex_web.accounts.models import ApiKey
from agentex_web.memories.models import Memory
from agentex_web.preferences.models import preferences_of
from agentex_web.prompts.models import Prompt
from agentex_web.schedules.models import Schedule
from agentex_web.tasks.exporting import task_as_json
from agentex_web.tasks.models import Attachment, Feedback, Folder, Task, Turn

IN_MEMORY = 5_000_000
"""Archives larger than this many bytes are written to a temporary file."""
CHATS = 20_000
SCHEDULE = (
    "name", "agent_id", "prompt", "cadence", "cron", "once_at", "time_zone", "overlap", "paused",
    "created_at",
)  # fmt: skip
KEY = ("name", "start", "created_at", "used_at", "expires_at", "revoked_at")
REQUEST = ("pk", "exchange__created_at", "exchange__given")
"""Of a message that a program sent through OpenAI's interface: its turn, and its metadata."""
LINK = ("shares__token", "shares__created_at", "shares__revoked_at")
FILE_BYTES = 2_000_000_000
"""Limit for all files together. Files beyond it are left out, and listed in ``account.json``."""


def write_archive(user: User) -> IO[bytes]:
    """Returns the archive as an open temporary file, which is deleted when it is closed."""
    # The response that sends the file closes it.
    target = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        left_out = _add_files(archive, user)
        _add_chats(archive, user)
        archive.writestr("account.json", _json(_account(user, left_out)))
    target.seek(0)
    return target


def _account(user: User, left_out: list[str]) -> dict[str, Any]:
    return {
        "username": user.get_username(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "joined_at": user.date_joined.isoformat(),
        "preferences": model_to_dict(preferences_of(user.pk), exclude=("id", "user")),
        "folders": list(Folder.objects.filter(owner=user).values_list("name", flat=True)),
        "prompts": list(Prompt.objects.filter(owner=user).values("title", "text", "shared")),
        "memories": list(Memory.objects.filter(person=user).values("text", "task_id", "created_at")),
        "schedules": list(Schedule.objects.filter(owner=user).values(*SCHEDULE)),
        "links": list(Task.objects.filter(owner=user).exclude(shares=None).values("pk", *LINK)),
        "api_keys": list(ApiKey.objects.filter(person=user).values(*KEY)),
        "requests": list(Turn.objects.filter(task__owner=user).exclude(exchange=None).values(*REQUEST)),
        "feedback": list(Feedback.objects.filter(user=user).values("message_id", "value", "comment")),
        "files_left_out": left_out,
    }


def _add_chats(archive: zipfile.ZipFile, user: User) -> None:
    tasks = Task.objects.filter(owner=user).select_related("owner").order_by("-updated_at")[:CHATS]
    for task in tasks.iterator(chunk_size=100):
        chat = _json(task_as_json(task, is_staff=user.is_staff))
        archive.writestr(f"chats/{task.created_at:%Y-%m-%d}-{task.pk}.json", chat)


def _add_files(archive: zipfile.ZipFile, user: User) -> list[str]:
    """Adds the attached files; returns the ids of those that are missing or beyond the limit."""
    left_out, room = [], FILE_BYTES
    for file in Attachment.objects.filter(owner=user).defer("text").iterator(chunk_size=100):
        room -= file.size
        if room < 0:
            left_out.append(str(file.pk))
            continue
        name = f"files/{file.pk}{PurePath(file.name).suffix[:20]}"
        try:
            with file.file.open("rb") as stored, archive.open(name, "w") as copy:
                for chunk in stored.chunks():
                    copy.write(chunk)
        except FileNotFoundError:
            left_out.append(str(file.pk))
    return left_out


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
