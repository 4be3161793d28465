"""Mail by one address, as `submission://user:password@host`."""

from typing import Any

import dj_email_url
from environs import EnvValidationError

SECONDS = 10
"""How long a mail server may take to answer."""


def mail_settings(url: str) -> dict[str, Any]:
    """Django's ``EMAIL_…`` settings. Without an address, mail goes nowhere.

    Raises:
        EnvValidationError: the address has no scheme that dj-email-url knows.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    found = dj_email_url.parse(url)
    if "EMAIL_BACKEND" not in found:
        raise EnvValidationError(
            "EMAIL_URL must begin with smtp:, smtps:, submission:, console: or file:", ["no such scheme"]
        )
    found["EMAIL_TIMEOUT"] = SECONDS
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}
