"""A data directory of version 0.1, frozen in the middle of work, continues with the current code (see README.md)."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upgrade.archive import extract
from tests.upgrade.checks import Upgrade
from tests.upgrade.product import Product

HERE = Path(__file__).parent


@pytest.fixture
def product() -> Iterator[Product]:
    # The path must be short: Redis listens on a Unix socket in it.
    data = Path(tempfile.mkdtemp(prefix="up-"))
    extract(data)
    product = Product(data, HERE / "agents")
    try:
        yield product
    finally:
        product.stop()
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(product.logs, ignore_errors=True)


def test_every_chat_of_the_version_before_goes_on(product: Product) -> None:
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    upgrade = Upgrade(product, manifest)
    upgrade.run()
    assert not upgrade.failures, "\n".join(upgrade.failures) + "\n" + product.log("worker")[-5_000:]
