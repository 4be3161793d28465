"""Files of chats that a person uploads and a worker imports."""

import json
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from agentex_web.imports import uploads
from agentex_web.imports.models import Import
from agentex_web.imports.running import import_next
from tests.support.own_chats import an_agent


def chats(*titles: str) -> bytes:
    def chat(title: str) -> dict[str, Any]:
        message = {"author": {"role": "user"}, "content": {"parts": ["Hello"]}}
        nodes = {"u": {"id": "u", "parent": None, "message": message}} if title else {}
        return {"id": f"chat {title}", "title": title, "mapping": nodes}

    return json.dumps([chat(title) for title in titles]).encode()


def uploaded(owner: User, body: bytes) -> Import:
    return uploads.keep(owner, an_agent(), SimpleUploadedFile("export.json", body))


def imported(row: Import) -> Import:
    assert async_to_sync(import_next)()
    row.refresh_from_db()
    return row
