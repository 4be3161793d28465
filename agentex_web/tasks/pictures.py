"""Pictures that models make, and files that tools return.

They are stored as files with URLs, so that messages do not carry them to each page.
"""

import base64
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import get_image_dimensions
from django.core.files.storage import default_storage

from agentex_web.files.kinds import MODEL_IMAGES, PDF, content_type_of
from agentex_web.tasks.models import Attachment, Message, Task
from agentex_web.tasks.models.attachment import FOLDER

OTHER = "application/octet-stream"
IMAGES = "images"
"""Key in a message's data: the ids of its pictures."""
SIZES = "sizes"
"""Key in a message's data: width and height of its pictures, by their ids."""
FILES = "files"
"""Key in a tool response's data: its other files. Before ``take_out``: all its files, as data URLs."""


@dataclass(frozen=True)
class Picture:
    """One picture of a message. Its id is derived from the message's, so writing it twice makes one file."""

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
        """The name under which the file is saved."""
        if self.name:
            return self.name
        if self.content_type in MODEL_IMAGES:
            return f"picture-{self.number + 1}.{self.content_type.removeprefix('image/')}"
        return f"file-{self.number + 1}{'.pdf' if self.content_type == PDF else ''}"

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.id.hex}"


def take_out(message: Message) -> list[Picture]:
    """Replaces the data URLs in a message's ``images`` by ids; returns the pictures.

    Data that is not an image of a kind that browsers show is dropped.
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
        message.data = {**message.data, IMAGES: [str(each.id) for each in pictures], **_sizes(pictures)}
    return pictures


def _take_out_files(message: Message) -> list[Picture]:
    """Splits a tool's files into pictures, which are shown, and other files, which are listed by name."""
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
    message.data |= _sizes([each for each in made if each.content_type in MODEL_IMAGES])
    return made


def _sizes(pictures: Iterable[Picture]) -> dict[str, Any]:
    sizes = {str(each.id): size for each in pictures if (size := _size(each.body)) is not None}
    return {SIZES: sizes} if sizes else {}


def _size(body: bytes) -> list[int] | None:
    """Width and height, from the picture's header."""
    try:
        # It imports Pillow only now, which few workers need.
        width, height = get_image_dimensions(ContentFile(body))
    except Exception:  # noqa: BLE001  (Pillow raises errors of any kind for hostile files)
        return None
    return None if width is None or height is None else [width, height]


def _safe(name: str) -> str:
    """A file's name without folders and control characters, cut to 100 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[:100]


def _body(url: str) -> bytes:
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except ValueError:
        # It is not base64, or not even ASCII.
        return b""


def write_files(pictures: Iterable[Picture]) -> None:
    """Writes the files, before the rows that refer to them. Repeating it writes nothing."""
    for each in pictures:
        if not default_storage.exists(each.path):
            default_storage.save(each.path, ContentFile(each.body))


def write_rows(task_id: uuid.UUID, pictures: Sequence[Picture]) -> None:
    """Writes the rows of stored pictures. They belong to the task's owner and go with their message."""
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
    """The first picture of each message in base64, by the message's id. Missing files are skipped."""
    wanted = {uuid.uuid5(each, "picture/0"): str(each) for each in message_ids}
    found = {}
    for row in Attachment.objects.filter(pk__in=wanted):
        try:
            with row.file.open("rb") as file:
                found[wanted[row.pk]] = base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            continue
    return found
