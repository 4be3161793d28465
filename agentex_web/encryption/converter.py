"""What clients and workers need of the settings to write and read what is encrypted."""

import dataclasses
from functools import cache
from typing import Any

from django.conf import settings
from temporalio.common import HeaderCodecBehavior
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from agentex_web.encryption.codec import EncryptionCodec
from agentex_web.encryption.keys import parse_keys


@cache
def codec() -> EncryptionCodec | None:
    """The codec of this process; None if the settings give no keys."""
    keys = parse_keys(settings.AGENTEX_PAYLOAD_KEYS)
    return EncryptionCodec(keys) if keys else None


def encrypted(converter: DataConverter) -> DataConverter:
    """The converter with encryption, the texts of failures included; as it is if there are no keys."""
    own = codec()
    if own is None or converter.payload_codec is not None:
        return converter
    return dataclasses.replace(
        converter,
        payload_codec=own,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def client_options() -> dict[str, Any]:
    """Arguments for ``Client.connect``."""
    if codec() is None:
        return {}
    return {
        "data_converter": encrypted(DataConverter.default),
        "header_codec_behavior": HeaderCodecBehavior.CODEC,
    }
