"""The key pair that identifies this site to push services (VAPID, RFC 8292)."""

import base64
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the curve P-256 (SEC 2)."""


@cache
def vapid() -> Vapid02:
    """The key from the settings, else one derived from SECRET_KEY: all processes and machines of a site then
    have the same key, and no other secret has to be stored.
    """
    if settings.AGENTEX_VAPID_KEY:
        key: Vapid02 = Vapid02.from_string(settings.AGENTEX_VAPID_KEY)
    else:
        # 16 bytes longer than the order, so that the remainder is nearly uniform (FIPS 186-5, A.2.1).
        derived = HKDF(hashes.SHA256(), 48, None, b"agentex web push").derive(settings.SECRET_KEY.encode())
        number = int.from_bytes(derived) % (ORDER - 1) + 1
        key = Vapid02(ec.derive_private_key(number, ec.SECP256R1()))
    # No check of the sender's address, which the operator sets: the push service refuses a wrong one.
    key.conf = {"no-strict": True}
    return key


@cache
def public_key() -> str:
    """What a browser needs to subscribe: the uncompressed point, base64url without padding."""
    point = vapid().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return str(b64urlencode(point))


def decoded(value: str) -> bytes:
    """Decodes base64url with or without padding, as browsers give their keys.

    Raises:
        ValueError: the value is not base64url.
    """
    return base64.b64decode(
        value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars="-_", validate=True
    )
