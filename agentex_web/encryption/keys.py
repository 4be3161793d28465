"""The keys, as the setting AGENTEX_PAYLOAD_KEYS gives them: ``id:base64``, the current one first."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = (16, 24, 32)
"""The lengths that AES takes."""


class BadKey(ValueError):
    """A key that cannot be used; the text says why, and does not repeat the key."""


@dataclass(frozen=True)
class Keys:
    """Attributes:
    current: the id of the key that encrypts.
    ciphers: by key id; the older ones decrypt what was written before a rotation.
    """

    current: str
    ciphers: dict[str, AESGCM]


def parse_keys(given: Sequence[str]) -> Keys | None:
    """The keys; None if there are none, and nothing is encrypted.

    Raises:
        BadKey: one of them is malformed, or two have one id.
    """
    ciphers: dict[str, AESGCM] = {}
    for each in given:
        name, colon, body = each.strip().partition(":")
        if not (name and colon):
            raise BadKey("A payload key is written as id:base64.")
        if name in ciphers:
            raise BadKey(f"Two payload keys have the id {name}.")
        try:
            key = base64.b64decode(body, validate=True)
        except binascii.Error:
            raise BadKey(f"The payload key {name} is not base64.") from None
        if len(key) not in KEY_BYTES:
            raise BadKey(f"The payload key {name} has {len(key)} bytes; it needs 16, 24 or 32.")
        ciphers[name] = AESGCM(key)
    return Keys(next(iter(ciphers)), ciphers) if ciphers else None
