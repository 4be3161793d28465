"""Configures Temporal clients and workers for encryption, from the settings."""

import dataclasses
from functools import cache
from typing import Any

from django.conf import settings
from temporalio.common import HeaderCodecBehavior
from temporalio.converter import DataConverter

from agentex_web.encryption.codec import EncryptionCodec
from agentex_web.encryption.keys import parse_keys
from agentex_web.turns.failure_converter import EncodedReadableFailures


@cache
def codec() -> EncryptionCodec | None:
    """The codec of this process; None if the settings contain no keys."""
    keys = parse_keys(settings.AGENTEX_PAYLOAD_KEYS)
    return EncryptionCodec(keys) if keys else None


def encrypted(converter: DataConverter) -> DataConverter:
    """Adds encryption to a converter, including the texts of failures. Returns it unchanged without keys."""
    own = codec()
    if own is None or converter.payload_codec is not None:
        return converter
    return dataclasses.replace(
        converter,
        payload_codec=own,
        failure_converter_class=EncodedReadableFailures,
    )


def client_options() -> dict[str, Any]:
    """The arguments for ``Client.connect`` that enable encryption; empty without keys."""
    if codec() is None:
        return {}
    return {
        "data_converter": encrypted(DataConverter.default),
        "header_codec_behavior": HeaderCodecBehavior.CODEC,
    }
