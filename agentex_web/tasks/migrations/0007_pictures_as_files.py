"""Pictures in messages become files: their base64 stood on every page and in every resync."""

import base64
import binascii
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import migrations

_KINDS = {"image/png": "png", "image/jpeg": "jpeg", "image/webp": "webp", "image/gif": "gif"}


def to_files(apps, schema_editor):
    alias = schema_editor.connection.alias
    messages = apps.get_model("tasks", "Message").objects.using(alias)
    attachments = apps.get_model("tasks", "Attachment").objects.using(alias)
    for message in messages.filter(data__has_key="images").select_related("turn__task").iterator(50):
        ids = []
        for number, url in enumerate(message.data["images"]):
            head, _, body = str(url).partition(",")
            content_type = head.removeprefix("data:").removesuffix(";base64")
            if content_type not in _KINDS:
                continue
            try:
                picture = base64.b64decode(body, validate=True)
            except binascii.Error:
                continue
            pk = uuid.uuid5(message.pk, f"picture/{number}")
            path = f"attachments/{pk.hex}"
            if not default_storage.exists(path):
                default_storage.save(path, ContentFile(picture))
            attachments.create(
                pk=pk,
                owner_id=message.turn.task.owner_id,
                message_id=message.pk,
                name=f"picture-{number + 1}.{_KINDS[content_type]}",
                content_type=content_type,
                size=len(picture),
                file=path,
            )
            ids.append(str(pk))
        message.data = {**message.data, "images": ids}
        message.save(using=alias, update_fields=("data",))


class Migration(migrations.Migration):
    dependencies = [("tasks", "0006_deletions")]
    operations = [migrations.RunPython(to_files, migrations.RunPython.noop, elidable=False)]
