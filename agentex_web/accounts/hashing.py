"""Password hashing that leaves the machine to the others.

A hash takes 0.3 to 0.6 s of one core. Twenty wrong logins at once kept both cores of a small machine busy for
12 s; with one hash at a time per process, the event loop and the pages of the others keep theirs.
"""

import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

AT_A_TIME = 1
WAIT_SECONDS = 10.0
"""A login that waits longer for its turn is refused."""

_turns = threading.BoundedSemaphore(AT_A_TIME)


class HashingBusy(Exception):
    """So many passwords wait to be checked that this one was not."""


class BoundedPBKDF2(PBKDF2PasswordHasher):
    """Django's default hasher, of which at most ``AT_A_TIME`` run in a process."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """
        Raises:
            HashingBusy: others were before it for ``WAIT_SECONDS``.
        """
        if not _turns.acquire(timeout=WAIT_SECONDS):
            raise HashingBusy
        try:
            return super().encode(password, salt, iterations)
        finally:
            _turns.release()
