"""How values are serialized for Temporal. Large payloads go into the database: Temporal's limit is 2 MB.

Each model call has the whole conversation as its argument. Without this, about twenty messages of the maximum
length would end a chat.
"""

import dataclasses
from collections.abc import Sequence

from django.conf import settings
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    ExternalStorage,
    StorageDriver,
    StorageDriverClaim,
    StorageDriverRetrieveContext,
    StorageDriverStoreContext,
    StorageDriverWorkflowInfo,
)
from temporalio.plugin import SimplePlugin

from agentex_web.compat.payload_converter import product_converters
from agentex_web.encryption.converter import encrypted
from agentex_web.tasks import large_payloads as record
from agentex_web.tasks.threads import in_database

NAME = "name"


class DatabaseDriver(StorageDriver):
    """Stores payloads in the table ``tasks_largepayload``."""

    def name(self) -> str:
        return "agentex-database"

    async def store(
        self, context: StorageDriverStoreContext, payloads: Sequence[Payload]
    ) -> list[StorageDriverClaim]:
        workflow = context.target.id if isinstance(context.target, StorageDriverWorkflowInfo) else None
        bodies = [payload.SerializeToString() for payload in payloads]
        names = await in_database(record.store, workflow or "", bodies)
        return [StorageDriverClaim({NAME: name}) for name in names]

    async def retrieve(
        self, _context: StorageDriverRetrieveContext, claims: Sequence[StorageDriverClaim]
    ) -> list[Payload]:
        bodies = await in_database(record.retrieve, [claim.claim_data[NAME] for claim in claims])
        return [Payload.FromString(body) for body in bodies]


def payloads_plugin() -> SimplePlugin:
    """Must come after OpenAIAgentsPlugin, which decides how the SDK's types are serialized."""
    return SimplePlugin("agentex.payloads", data_converter=_extended)


def _extended(given: DataConverter | None) -> DataConverter:
    converter = given or DataConverter.default
    storage = ExternalStorage([DatabaseDriver()], payload_size_threshold=settings.AGENTEX_LARGE_PAYLOAD_BYTES)
    shared = encrypted(product_converters(converter))
    return dataclasses.replace(shared, external_storage=converter.external_storage or storage)
