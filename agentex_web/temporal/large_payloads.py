"""Payloads over 128 KB go through the database, because Temporal takes at most 2 MB in one.

A long conversation is the argument of each of its model calls: without this, some twenty of the longest
messages would end a chat.
"""

from collections.abc import Sequence

from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    ExternalStorage,
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
)

from agentex_web.tasks import payloads as record
from agentex_web.tasks.threads import in_database

THRESHOLD_BYTES = 128 * 1024
NAME = "name"


class DatabaseDriver(StorageDriver):
    """Keeps payloads in the table ``tasks_largepayload``."""

    def name(self) -> str:
        return "agentex-database"

    async def store(
        self, context: StorageDriverStoreContext, payloads: Sequence[Payload]
    ) -> list[StorageDriverClaim]:
        names = await in_database(record.store, [payload.SerializeToString() for payload in payloads])
        return [StorageDriverClaim({NAME: name}) for name in names]

    async def retrieve(
        self, context: StorageDriverRetrieveContext, claims: Sequence[StorageDriverClaim]
    ) -> list[Payload]:
        bodies = await in_database(record.retrieve, [claim.claim_data[NAME] for claim in claims])
        return [Payload.FromString(body) for body in bodies]


def data_converter() -> DataConverter:
    """Large payloads are kept aside; the plugin adds how the SDK's types are written."""
    storage = ExternalStorage([DatabaseDriver()], payload_size_threshold=THRESHOLD_BYTES)
    return DataConverter(external_storage=storage)
