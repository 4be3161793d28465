"""Skips what temporalio does for each payload of a workflow although nothing uses it.

For each workflow task, temporalio 1.35 walks six times over all messages and payloads, and copies every
payload, to encode, store and load them: 0.15 ms for a task with one payload each way (0.05 without it), and
12 % of a worker that replays many chats. Without a codec, and if no payload is stored or large enough to be,
nothing can change.

A codec or a storage may want to know to which command a payload belongs. temporalio finds that out inside the
sandbox, three times for each payload, before it asks whether anybody wants to know: 0.09 ms each time. It
also builds a new data converter for each payload that might be stored outside of Temporal, before it compares
the payload's size.

No upstream issue is known.
"""

from collections.abc import Sequence
from typing import Any

import temporalio.bridge.worker as bridge
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import DataConverter, WithSerializationContext
from temporalio.converter._extstore import (
    _REFERENCE_ENCODING,
    _REFERENCE_MARKER_KEY,
    _REFERENCE_MESSAGE_TYPE,
    StorageOperationMetrics,
)
from temporalio.worker._workflow import _CommandAwareDataConverter

_current = _CommandAwareDataConverter._get_current_dc
_store = _CommandAwareDataConverter._external_store_payload_sequence
_decode, _encode = bridge.decode_activation, bridge.encode_completion
_STORED = (_REFERENCE_ENCODING, _REFERENCE_MARKER_KEY.encode(), _REFERENCE_MESSAGE_TYPE)
"""One of these is in each payload that was stored outside of Temporal."""


def install() -> None:
    """Patches Temporal's converter for workflows. Calling it again has no effect."""
    bridge.decode_activation, bridge.encode_completion = _decode_if_needed, _encode_if_needed
    _CommandAwareDataConverter._get_current_dc = _without_context  # type: ignore[method-assign]
    _CommandAwareDataConverter._external_store_payload_sequence = _store_if_large  # type: ignore[method-assign]


async def _decode_if_needed(
    activation: WorkflowActivation, data_converter: DataConverter, *args: Any, **options: Any
) -> StorageOperationMetrics:
    if data_converter.payload_codec is None:
        content = activation.SerializeToString()
        if not any(mark in content for mark in _STORED):
            return StorageOperationMetrics()
    return await _decode(activation, data_converter, *args, **options)


async def _encode_if_needed(
    completion: WorkflowActivationCompletion, data_converter: DataConverter, *args: Any, **options: Any
) -> StorageOperationMetrics:
    storage = data_converter.external_storage
    if data_converter.payload_codec is None and (
        storage is None or completion.ByteSize() < storage.payload_size_threshold
    ):
        return StorageOperationMetrics()
    return await _encode(completion, data_converter, *args, **options)


def _without_context(self: _CommandAwareDataConverter) -> DataConverter:
    # Only these two of its parts are used on the whole payloads of a workflow.
    parts = (self.payload_codec, self.external_storage)
    if any(isinstance(part, WithSerializationContext) for part in parts):
        return _current(self)
    return self._ca_context_free_dc


async def _store_if_large(self: _CommandAwareDataConverter, payloads: Sequence[Payload]) -> list[Payload]:
    storage = self.external_storage
    if storage is None or all(each.ByteSize() < storage.payload_size_threshold for each in payloads):
        return list(payloads)
    return await _store(self, payloads)
