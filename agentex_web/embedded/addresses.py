"""`services.json`: where the embedded services answer, for the processes that use them."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from agentex_web.embedded.part import Part
from agentex_web.services import SERVICES_FILE


@contextlib.contextmanager
def published(data_dir: Path, parts: Sequence[Part]) -> Iterator[None]:
    """The file holds the addresses of these parts for as long as the block runs.

    One that a killed supervisor left behind is replaced.
    """
    _write(data_dir, {name: address for part in parts for name, address in part.addresses.items()})
    try:
        yield
    finally:
        (data_dir / SERVICES_FILE).unlink(missing_ok=True)


def _write(data_dir: Path, addresses: Mapping[str, str]) -> None:
    # In one step: whoever reads it sees all of the old or all of the new.
    draft = data_dir / f"{SERVICES_FILE}.new"
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(addresses, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, data_dir / SERVICES_FILE)
