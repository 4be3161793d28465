"""The encryption keys from the setting AGENTEX_PAYLOAD_KEYS: each ``id:base64``, the current key first."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = (16, 24, 32)
"""The key lengths of AES."""


class BadKey(ValueError):
    """A key is invalid. The text says why, without repeating the key."""


@dataclass(frozen=True)
class Keys:
    """The keys of this process.

    Attributes:
        current: the id of the key that encrypts.
        ciphers: the ciphers by key id. Older keys decrypt what was written before a rotation.
    """

    current: str
    ciphers: dict[str, AESGCM]


def parse_keys(given: Sequence[str]) -> Keys | None:
    """Parses the keys. Returns None if there are none; then nothing is encrypted.

    Raises:
        BadKey: a key is malformed, or two keys have the same id.
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
