"""Encrypts a message for one browser (RFC 8291, with the content encoding of RFC 8188).

Written by hand, because http-ece 1.2 has no wheel and would have to be built. The tests decrypt with it.
"""

import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD = 4_096
"""The declared record size. Each message is a single record."""
LAST = b"\x02"
"""The delimiter of the last record."""


def encrypted(message: bytes, browser_key: bytes, secret: bytes) -> bytes:
    """The body of a request to the push service.

    Args:
        browser_key: the browser's public key, as an uncompressed point.
        secret: the 16 bytes that the browser shares with this site.

    Raises:
        ValueError: the browser's key is invalid.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), browser_key)
    own = ec.generate_private_key(ec.SECP256R1())
    own_key = own.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = own.exchange(ec.ECDH(), theirs)
    material = _derived(shared, secret, b"WebPush: info\0" + browser_key + own_key, 32)
    salt = os.urandom(16)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4) + bytes([len(own_key)]) + own_key
    return header + AESGCM(key).encrypt(nonce, message + LAST, None)


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)
