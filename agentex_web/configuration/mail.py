"""Mail settings from one URL, such as `submission://user:password@host`."""

from typing import Any

import dj_email_url
from environs import EnvValidationError

SECONDS = 10
"""Timeout for the mail server."""


def mail_settings(url: str) -> dict[str, Any]:
    """Returns Django's ``EMAIL_…`` settings. Without a URL, mail is discarded.

    Raises:
        EnvValidationError: dj-email-url does not know the URL's scheme.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    found = dj_email_url.parse(url)
    if "EMAIL_BACKEND" not in found:
        raise EnvValidationError(
            "EMAIL_URL must begin with smtp:, smtps:, submission:, console: or file:", ["no such scheme"]
        )
    if url.startswith("file:///"):
        # dj-email-url 1.0 drops the slash, so that mail would go below the working directory.
        found["EMAIL_FILE_PATH"] = f"/{found['EMAIL_FILE_PATH'].lstrip('/')}"
    found["EMAIL_TIMEOUT"] = SECONDS
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")}
