"""Only the operating-system user that runs the product can read attached files."""

import stat
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def test_an_attached_file_is_private() -> None:
    name = default_storage.save("folder/note.txt", ContentFile(b"a secret"))
    path = Path(default_storage.path(name))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    default_storage.delete(name)
