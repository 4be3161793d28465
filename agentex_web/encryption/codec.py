"""The payload codec: AES-GCM, with the id of the key in each payload's metadata, so that keys can be
    rotated.

The metadata are those of Temporal's own encryption samples (``binary/encrypted``, ``encryption-key-id``), so
other tools recognise them.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from agentex_web.encryption.keys import Keys

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12
"""The length that NIST SP 800-38D recommends for AES-GCM."""


class CannotDecrypt(Exception):
    """A payload whose key is not among the settings, or that was changed."""


class EncryptionCodec(PayloadCodec):
    """Encrypts each payload whole, its metadata included. What was written without it passes as it is."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """
        Raises:
            CannotDecrypt: see there.
        """
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        body = self._keys.ciphers[self._keys.current].encrypt(nonce, payload.SerializeToString(), None)
        metadata = {"encoding": ENCODING, KEY_ID: self._keys.current.encode()}
        return Payload(metadata=metadata, data=nonce + body)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        name = payload.metadata.get(KEY_ID, b"").decode("utf-8", "replace")
        cipher = self._keys.ciphers.get(name)
        if cipher is None:
            raise CannotDecrypt(f"AGENTEX_PAYLOAD_KEYS has no key with the id {name!r}.")
        nonce, body = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, body, None))
        except InvalidTag:
            raise CannotDecrypt(f"A payload does not fit the key {name!r}.") from None
