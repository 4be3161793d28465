"""The data directory of version 0.1, packed."""

import tarfile
from pathlib import Path

HERE = Path(__file__).parent


def extract(folder: Path) -> None:
    with tarfile.open(HERE / "data-0.1.tar.xz") as archive:
        # Python 3.11 knows filters from 3.11.4 on, and Debian 12 has 3.11.2.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
