"""Deletes a file when its row is deleted: by hand, with its chat or owner, or because it was never sent."""

import logging
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from agentex_web.tasks.models import Attachment

logger = logging.getLogger(__name__)


@receiver(post_delete, sender=Attachment)
def delete_file(instance: Attachment, **_: Any) -> None:
    # After the commit: if the deletion is rolled back, the file must still exist.
    transaction.on_commit(partial(_delete, instance))


def _delete(attachment: Attachment) -> None:
    try:
        attachment.file.delete(save=False)
    except OSError as error:
        logger.warning("The file %s of attachment %s stays: %s", attachment.file.name, attachment.pk, error)
