"""Payloads are encrypted with the current key, and decrypted with any known key."""

import asyncio
import base64

import pytest
from temporalio.api.common.v1 import Payload

from agentex_web.encryption.codec import CannotDecrypt, EncryptionCodec
from agentex_web.encryption.keys import BadKey, Keys, parse_keys

OLD = "2025:" + base64.b64encode(b"o" * 32).decode()
NEW = "2026:" + base64.b64encode(b"n" * 16).decode()
SECRET = Payload(metadata={"encoding": b"json/plain"}, data=b'"the secret of Ada"')


def keys(*given: str) -> Keys:
    found = parse_keys(given)
    assert found
    return found


def test_a_payload_is_unreadable_without_its_key_and_comes_back_with_it() -> None:
    codec = EncryptionCodec(keys(NEW))
    [written] = asyncio.run(codec.encode([SECRET]))
    assert b"Ada" not in written.SerializeToString() and b"json" not in written.SerializeToString()
    assert asyncio.run(codec.decode([written])) == [SECRET]
    with pytest.raises(CannotDecrypt, match="no key with the id '2026'"):
        asyncio.run(EncryptionCodec(keys(OLD)).decode([written]))


def test_keys_are_rotated() -> None:
    [before] = asyncio.run(EncryptionCodec(keys(OLD)).encode([SECRET]))
    codec = EncryptionCodec(keys(NEW, OLD))
    [after] = asyncio.run(codec.encode([SECRET]))
    assert after.metadata["encryption-key-id"] == b"2026"
    assert asyncio.run(codec.decode([before, after])) == [SECRET, SECRET]


def test_what_was_written_before_encryption_was_on_is_read() -> None:
    assert asyncio.run(EncryptionCodec(keys(NEW)).decode([SECRET])) == [SECRET]


def test_a_changed_payload_is_refused() -> None:
    codec = EncryptionCodec(keys(NEW))
    [written] = asyncio.run(codec.encode([SECRET]))
    changed = Payload(metadata=dict(written.metadata), data=written.data[:-1] + bytes([written.data[-1] ^ 1]))
    with pytest.raises(CannotDecrypt, match="does not fit"):
        asyncio.run(codec.decode([changed]))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["no-colon"], "id:base64"),
        (["a:not base64!"], "the payload key a is not base64"),
        (["a:" + base64.b64encode(b"short").decode()], "has 5 bytes; it needs 16, 24 or 32"),
        ([NEW, NEW], "Two payload keys have the id 2026"),
    ],
)
def test_a_bad_key_is_named_and_not_repeated(given: list[str], reason: str) -> None:
    with pytest.raises(BadKey, match=f"(?i){reason}"):
        parse_keys(given)


def test_no_keys_encrypt_nothing() -> None:
    assert parse_keys([]) is None
