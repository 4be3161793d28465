"""Pictures that models make, and what tools return: files with an address, not parts of messages that each
page would carry.
"""

import base64
import binascii
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from agentex_web.files.kinds import MODEL_IMAGES, PDF, content_type_of
from agentex_web.tasks.models import Attachment, Message, Task

OTHER = "application/octet-stream"
FOLDER = "attachments"
"""Where Attachment.file keeps its files."""
IMAGES = "images"
"""In a message's data: the ids of its pictures."""
FILES = "files"
"""In the data of a tool's response: its other files. Before ``take_out``, all its files, as data URLs."""


@dataclass(frozen=True)
class Picture:
    """One picture of a message. Its id follows from the message's, so that writing it twice is one file."""

    message_id: uuid.UUID
    number: int
    content_type: str
    body: bytes
    name: str = ""

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(self.message_id, f"picture/{self.number}")

    @property
    def title(self) -> str:
        """The name of the file when it is saved."""
        if self.name:
            return self.name
        if self.content_type in MODEL_IMAGES:
            return f"picture-{self.number + 1}.{self.content_type.removeprefix('image/')}"
        return f"file-{self.number + 1}{'.pdf' if self.content_type == PDF else ''}"

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.id.hex}"


def take_out(message: Message) -> list[Picture]:
    """Replaces the data URLs in a message's ``images`` by ids; returns the pictures that they stood for.

    What is no image of a kind that browsers show is left out.
    """
    if message.kind == Message.Kind.TOOL_RESPONSE:
        return _take_out_files(message)
    urls = message.data.get(IMAGES) or []
    pictures = []
    for number, url in enumerate(urls):
        body = _body(str(url))
        if (content_type := content_type_of(body)) in MODEL_IMAGES:
            pictures.append(Picture(message.pk, number, content_type, body))
    if urls:
        message.data = {**message.data, IMAGES: [str(each.id) for each in pictures]}
    return pictures


def _take_out_files(message: Message) -> list[Picture]:
    """Of what a tool returned, pictures are shown and other files named."""
    given = message.data.pop(FILES, None) or []
    made = []
    for number, each in enumerate(given):
        if body := _body(each["url"]):
            kind = content_type_of(body) or OTHER
            made.append(Picture(message.pk, number, kind, body, _safe(each["name"])))
    shown = [str(each.id) for each in made if each.content_type in MODEL_IMAGES]
    named = [
        {"id": str(each.id), "name": each.title, "size": len(each.body), "content_type": each.content_type}
        for each in made
        if each.content_type not in MODEL_IMAGES
    ]
    message.data |= {key: value for key, value in ((IMAGES, shown), (FILES, named)) if value}
    return made


def _safe(name: str) -> str:
    """A file's name without folders and control characters; at most 100 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[:100]


def _body(url: str) -> bytes:
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except binascii.Error:
        return b""


def store(pictures: Iterable[Picture]) -> None:
    """Writes the files, before the rows that name them. Repeating it writes nothing."""
    for each in pictures:
        if not default_storage.exists(each.path):
            default_storage.save(each.path, ContentFile(each.body))


def keep(task_id: uuid.UUID, pictures: Sequence[Picture]) -> None:
    """Writes the rows of stored pictures, which belong to the task's owner and go with their message."""
    owner: int = Task.objects.values_list("owner_id", flat=True).get(pk=task_id)
    rows = [
        Attachment(
            pk=each.id,
            owner_id=owner,
            message_id=each.message_id,
            name=each.title,
            content_type=each.content_type,
            size=len(each.body),
            file=each.path,
        )
        for each in pictures
    ]
    Attachment.objects.bulk_create(rows, ignore_conflicts=True)


def first_of(message_ids: Sequence[uuid.UUID]) -> dict[str, str]:
    """The first picture of each message as base64, by the message's id; those that are gone are left out."""
    wanted = {uuid.uuid5(each, "picture/0"): str(each) for each in message_ids}
    found = {}
    for row in Attachment.objects.filter(pk__in=wanted):
        try:
            with row.file.open("rb") as file:
                found[wanted[row.pk]] = base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            continue
    return found
