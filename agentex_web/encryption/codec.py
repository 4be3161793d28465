"""The payload codec. It uses AES-GCM, and stores the key's id in each payload's metadata, so that keys can be
rotated.

The metadata is the same as in Temporal's own encryption samples (``binary/encrypted``,
``encryption-key-id``), so that other tools recognise it.
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
    """The key of a payload is not in the settings, or the payload was tampered with."""


class EncryptionCodec(PayloadCodec):
    """Encrypts whole payloads, including their metadata. Decoding leaves unencrypted payloads unchanged."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypts the payloads that are encrypted.

        Raises:
            CannotDecrypt: the key is not in the settings, or a payload was tampered with.
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
