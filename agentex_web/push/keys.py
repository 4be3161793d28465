"""The key pair by which push services know this site (VAPID, RFC 8292)."""

import base64
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (SEC 2)."""


@cache
def vapid() -> Vapid02:
    """The setting's key; else one that follows from SECRET_KEY, so that all processes and machines of a site
    have the same and no other secret has to be kept.
    """
    if settings.AGENTEX_VAPID_KEY:
        key: Vapid02 = Vapid02.from_string(settings.AGENTEX_VAPID_KEY)
    else:
        # 16 bytes more than the order has, so that the remainder is as good as uniform (FIPS 186-5, A.2.1).
        derived = HKDF(hashes.SHA256(), 48, None, b"agentex web push").derive(settings.SECRET_KEY.encode())
        number = int.from_bytes(derived) % (ORDER - 1) + 1
        key = Vapid02(ec.derive_private_key(number, ec.SECP256R1()))
    # The address of the sender is an operator's setting: a wrong one is for the push service to refuse.
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
    """base64url with or without padding, as browsers give their keys.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(
        value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), altchars="-_", validate=True
    )
