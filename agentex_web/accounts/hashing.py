"""Password hashing that leaves CPU time for other requests.

A hash takes 0.3 to 0.6 s of one core. Twenty simultaneous wrong logins kept both cores of a small machine
busy for 12 s. With one hash at a time per process, the event loop and other pages keep getting CPU time.
"""

import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

AT_A_TIME = 1
WAIT_SECONDS = 10.0
"""A login that waits longer than this for its hash is refused."""

_slots = threading.BoundedSemaphore(AT_A_TIME)


class HashingBusy(Exception):
    """The password was not checked, because too many others are waiting to be checked."""


class BoundedPBKDF2(PBKDF2PasswordHasher):
    """Django's default hasher, limited to ``AT_A_TIME`` hashes at once per process."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Hashes a password.

        Raises:
            HashingBusy: other hashes ran for ``WAIT_SECONDS``.
        """
        if not _slots.acquire(timeout=WAIT_SECONDS):
            raise HashingBusy
        try:
            return super().encode(password, salt, iterations)
        finally:
            _slots.release()
