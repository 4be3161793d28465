"""agentex_web/compat/payload_contexts.py is needed while temporalio looks for contexts that nobody asks for."""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
import temporalio.bridge.worker as bridge
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import (
    DataConverter,
    ExternalStorage,
    PayloadCodec,
    StorageDriver,
    StorageDriverClaim,
    StorageDriverStoreContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from temporalio.worker._workflow import _CommandAwareDataConverter

from agentex_web.compat import payload_contexts

CONTEXT = WorkflowSerializationContext(namespace="n", workflow_id="w")
LARGE = Payload(data=b"x" * 100)
SMALL = Payload(data=b"x")


class Instance:
    """A workflow that counts how often it is asked for a context."""

    def __init__(self) -> None:
        self.asked = 0

    def get_serialization_context(self, _: Any) -> WorkflowSerializationContext:
        self.asked += 1
        return CONTEXT

    def get_external_store_context(self, _: Any) -> StorageDriverStoreContext:
        self.asked += 1
        return StorageDriverStoreContext(target=None)


class Codec(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)


class ContextCodec(Codec, WithSerializationContext):
    def with_context(self, _: Any) -> "ContextCodec":
        return self


class Driver(StorageDriver):
    def name(self) -> str:
        return "test"

    async def store(self, _: Any, payloads: Sequence[Payload]) -> list[StorageDriverClaim]:
        return [StorageDriverClaim({}) for _ in payloads]

    async def retrieve(self, _: Any, claims: Sequence[StorageDriverClaim]) -> list[Payload]:
        return [LARGE for _ in claims]


def converter(instance: Instance, codec: PayloadCodec | None) -> _CommandAwareDataConverter:
    storage = ExternalStorage([Driver()], payload_size_threshold=50)
    free = dataclasses.replace(DataConverter.default, payload_codec=codec, external_storage=storage)
    own: Any = instance
    return _CommandAwareDataConverter.create(own, free, free.with_context(CONTEXT), CONTEXT)


def test_temporalio_looks_for_a_context_that_nobody_wants() -> None:
    instance = Instance()
    payload_contexts._current(converter(instance, Codec()))
    assert instance.asked


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("decode_activation", "encode_completion"):
        monkeypatch.setattr(bridge, name, getattr(bridge, name))
    for name in ("_get_current_dc", "_external_store_payload_sequence"):
        # Restores what the test installs.
        monkeypatch.setattr(_CommandAwareDataConverter, name, getattr(_CommandAwareDataConverter, name))
    payload_contexts.install()
    payload_contexts.install()


@pytest.mark.usefixtures("installed")
def test_ours_does_not() -> None:
    instance = Instance()
    ours = converter(instance, Codec())
    assert asyncio.run(ours._encode_payload_sequence([LARGE])) == [LARGE]
    assert asyncio.run(ours._external_store_payload_sequence([SMALL, SMALL])) == [SMALL, SMALL]
    assert not instance.asked


@pytest.mark.usefixtures("installed")
def test_a_large_payload_is_stored_and_a_codec_that_wants_its_context_gets_it() -> None:
    instance = Instance()
    ours = converter(instance, ContextCodec())
    [small, large] = asyncio.run(ours._external_store_payload_sequence([SMALL, LARGE]))
    assert (small, large.ByteSize() < LARGE.ByteSize() or large != LARGE) == (SMALL, True)
    asked = instance.asked
    asyncio.run(ours._encode_payload_sequence([SMALL]))
    assert instance.asked == asked + 1


class CountingCodec(Codec):
    def __init__(self) -> None:
        self.coded = 0

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        self.coded += len(payloads)
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        self.coded += len(payloads)
        return list(payloads)


def activation(payload: Payload) -> WorkflowActivation:
    made = WorkflowActivation()
    made.jobs.add().signal_workflow.input.append(payload)
    return made


def completion(payload: Payload) -> WorkflowActivationCompletion:
    made = WorkflowActivationCompletion()
    made.successful.commands.add().schedule_activity.arguments.append(payload)
    return made


async def encoded(payload: Payload, codec: PayloadCodec | None = None) -> Payload:
    """The payload of a command as Temporal gets it."""
    made = completion(payload)
    await bridge.encode_completion(made, converter(Instance(), codec), False, 1)
    return made.successful.commands[0].schedule_activity.arguments[0]


async def decoded(payload: Payload, codec: PayloadCodec | None = None) -> Payload:
    """The payload of a signal as the workflow gets it."""
    made = activation(payload)
    await bridge.decode_activation(made, converter(Instance(), codec), False, 1)
    return made.jobs[0].signal_workflow.input[0]


@pytest.mark.usefixtures("installed")
async def test_plain_payloads_are_not_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(bridge, "CommandAwarePayloadVisitor")
    assert await encoded(SMALL) == SMALL
    assert await decoded(LARGE) == LARGE


@pytest.mark.usefixtures("installed")
async def test_stored_payloads_and_those_of_a_codec_are_visited() -> None:
    stored = await encoded(LARGE)
    assert stored != LARGE
    assert await decoded(stored) == LARGE
    codec = CountingCodec()
    await encoded(SMALL, codec)
    await decoded(SMALL, codec)
    assert codec.coded == 2
