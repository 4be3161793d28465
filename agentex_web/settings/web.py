"""The web process: its address, its cookies, what browsers may load, static files, languages."""

import hashlib
from contextlib import suppress
from pathlib import Path

from django.core.management.utils import get_random_secret_key
from environs import validate

from agentex_web import places
from agentex_web.http.static import static_headers
from agentex_web.settings.environment import BASE_DIR, DATA_DIR, env


def _own_secret_key() -> str:
    """The secret key, generated at the first start and stored, so that sessions survive a restart."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key(), encoding="utf-8")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = env.str("SECRET_KEY", "") or _own_secret_key()
DEBUG = env.bool("DEBUG", False)

# Addresses.
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=validate.Range(min=1, max=65535))
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]", *([HOST] if HOST != "0.0.0.0" else [])],  # noqa: S104
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# HTTPS and cookies.
SECURE_COOKIES = env.bool("SECURE_COOKIES", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Health checks reach the process directly, without the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if SECURE_COOKIES else 0)
# W005, W021: only the domain's owner can decide whether all its subdomains use HTTPS; a single site cannot.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
# Browsers share cookies between all ports of a host, so the names contain a hash of the secret: two checkouts
# on one host have different cookies, and the web processes of one site have the same ones.
_SITE = hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"agentex_session_{_SITE}"
CSRF_COOKIE_NAME = f"agentex_csrf_{_SITE}"

_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _SELF,
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": _SELF,
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": _SELF,
        "frame-ancestors": ["'none'"],
    },
}

# Static files.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or DATA_DIR / "static")
# In a wheel, static/ is inside the package and found as this app's own.
STATICFILES_DIRS = [] if places.INSTALLED else [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    *([] if DEBUG else ["agentex_web.http.minified.MinifiedFinder"]),
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_ADD_HEADERS_FUNCTION = static_headers

# Languages and times.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [places.PACKAGE / "locale"]
FORMAT_MODULE_PATH = "agentex_web.languages.formats"
LANGUAGE_COOKIE_NAME = "agentex_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = env.str("TIME_ZONE", "UTC")
