"""Settings, all from the environment or `.env`; `.env.example` explains each. A bad value raises here.

The address of a service that is not set here is read from the data directory's ``services.json`` when it is
needed (agentex_web/services.py), because the embedded services may start after the process that reads this.
"""

import hashlib
import logging
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management.utils import get_random_secret_key
from environs import Env, EnvValidationError, validate

from agentex_web import places

BASE_DIR = places.HOME

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

import agentex_web.agents  # noqa: E402  (it reads what .env may name)
from agentex_web.configuration.mail import mail_settings  # noqa: E402
from agentex_web.configuration.providers import social_apps, social_providers  # noqa: E402
from agentex_web.http.static import static_headers  # noqa: E402

DATA_DIR = Path(env.str("AGENTEX_DATA_DIR", "") or BASE_DIR / ".data").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_from_file(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvValidationError(f"{name} names a file that cannot be read: {error}", [str(error)]) from error


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


# The web process.
SECRET_KEY = env.str("SECRET_KEY", "") or _own_secret_key()
DEBUG = env.bool("DEBUG", False)
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000, validate=validate.Range(min=1, max=65535))
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]", *([HOST] if HOST != "0.0.0.0" else [])],  # noqa: S104
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
SECURE_COOKIES = env.bool("SECURE_COOKIES", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
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

# Accounts.
AGENTEX_SIGNUP = env.str(
    "AGENTEX_SIGNUP", "invitation", validate=validate.OneOf(["closed", "invitation", "open"])
)
AGENTEX_INVITATION_DAYS = env.int("AGENTEX_INVITATION_DAYS", 7, validate=validate.Range(min=1))
AGENTEX_LOGIN_ATTEMPTS = env.int("AGENTEX_LOGIN_ATTEMPTS", 5, validate=validate.Range(min=1))
"""Wrong passwords per account in ``AGENTEX_LOGIN_SECONDS``; then it is locked for the rest of that time."""
AGENTEX_LOGIN_SECONDS = env.int("AGENTEX_LOGIN_SECONDS", 300, validate=validate.Range(min=1))
AGENTEX_ADDRESS_ATTEMPTS = env.int("AGENTEX_ADDRESS_ATTEMPTS", 10, validate=validate.Range(min=1))
"""Wrong passwords per network address per minute."""
# How many proxies append to X-Forwarded-For: the client's address is that many entries from its end.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int(
    "TRUSTED_PROXY_COUNT", 1 if env.bool("BEHIND_TLS_PROXY", False) else 0, validate=validate.Range(min=0)
)
EMAIL_URL = env.str("EMAIL_URL", "")
globals().update(mail_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "agentex@localhost")
_OIDC: Any = env.json("AGENTEX_OIDC", [])
_SOCIAL: Any = env.json("AGENTEX_SOCIAL", {})

# Addresses of the services; an empty one means the embedded service.
REDIS_URL = env.str("REDIS_URL", "")
TEMPORAL_ADDRESS = env.str("TEMPORAL_ADDRESS", "")
TEMPORAL_NAMESPACE = env.str("TEMPORAL_NAMESPACE", "default")
TEMPORAL_TASK_QUEUE = env.str("TEMPORAL_TASK_QUEUE", "agentex", validate=validate.Length(min=1))
AGENTEX_PAYLOAD_KEYS: list[str] = env.list("AGENTEX_PAYLOAD_KEYS", [])
TEMPORAL_UI_URL = env.str("TEMPORAL_UI_URL", "")
AGENTEX_TEMPORAL_UI = env.bool("AGENTEX_TEMPORAL_UI", False)
# More options for the command line of the embedded Temporal.
AGENTEX_TEMPORAL_OPTIONS = shlex.split(env.str("AGENTEX_TEMPORAL_OPTIONS", ""))
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
if not OPENAI_API_KEY and (key_file := env.str("OPENAI_API_KEY_FILE", "")):
    OPENAI_API_KEY = _secret_from_file(key_file, "OPENAI_API_KEY_FILE")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "")

# Agents and their models.
# agentex_web/agents/__init__.py reads the variable, because agents are imported without these settings too.
AGENTEX_AGENT_DIRS = [Path(folder) for folder in agentex_web.agents.__path__]
AGENTEX_MODEL = env.str("AGENTEX_MODEL", "")
AGENTEX_MODEL_API = env.str(
    "AGENTEX_MODEL_API", "responses", validate=validate.OneOf(["responses", "chat_completions"])
)
AGENTEX_MODEL_ATTEMPTS = env.int("AGENTEX_MODEL_ATTEMPTS", 5, validate=validate.Range(min=1))
AGENTEX_MODEL_TIMEOUT = env.float("AGENTEX_MODEL_TIMEOUT", 600, validate=validate.Range(min=1))
AGENTEX_COMPACT = env.str("AGENTEX_COMPACT", "auto", validate=validate.OneOf(["auto", "off"]))
# In tokens. 0 means unknown: then only the model's server reports that it is exceeded.
AGENTEX_CONTEXT_WINDOW = env.int("AGENTEX_CONTEXT_WINDOW", 0, validate=validate.Range(min=0))
AGENTEX_COMPACT_AT = env.float("AGENTEX_COMPACT_AT", 0.8, validate=validate.Range(min=0.1, max=1.0))
AGENTEX_EXPORT_TRACES = env.bool("AGENTEX_EXPORT_TRACES", False)

# Limits.
AGENTEX_MESSAGE_LENGTH = env.int("AGENTEX_MESSAGE_LENGTH", 100_000, validate=validate.Range(min=1))
AGENTEX_ATTACHMENT_BYTES = env.int("AGENTEX_ATTACHMENT_BYTES", 10_000_000, validate=validate.Range(min=1))
AGENTEX_STORAGE_BYTES = env.int("AGENTEX_STORAGE_BYTES", 1_000_000_000, validate=validate.Range(min=0))
AGENTEX_ATTACHMENT_COUNT = env.int("AGENTEX_ATTACHMENT_COUNT", 10, validate=validate.Range(min=0))
AGENTEX_IMPORT_BYTES = env.int("AGENTEX_IMPORT_BYTES", 50_000_000, validate=validate.Range(min=1))
AGENTEX_STREAM_LENGTH = env.int("AGENTEX_STREAM_LENGTH", 20_000, validate=validate.Range(min=100))
AGENTEX_STREAM_SECONDS = env.int("AGENTEX_STREAM_SECONDS", 86_400, validate=validate.Range(min=60))
# Limits per person; 0 means no limit.
AGENTEX_MESSAGES_PER_MINUTE = env.int("AGENTEX_MESSAGES_PER_MINUTE", 120, validate=validate.Range(min=0))
AGENTEX_UPLOADS_PER_MINUTE = env.int("AGENTEX_UPLOADS_PER_MINUTE", 60, validate=validate.Range(min=0))
AGENTEX_SEARCHES_PER_MINUTE = env.int("AGENTEX_SEARCHES_PER_MINUTE", 120, validate=validate.Range(min=0))
AGENTEX_OPEN_TURNS = env.int("AGENTEX_OPEN_TURNS", 50, validate=validate.Range(min=0))
AGENTEX_SCHEDULES = env.int("AGENTEX_SCHEDULES", 50, validate=validate.Range(min=0))
AGENTEX_OPEN_SOCKETS = env.int("AGENTEX_OPEN_SOCKETS", 100, validate=validate.Range(min=0))
"""Per web process."""
AGENTEX_SCHEDULE_MINUTES = env.int("AGENTEX_SCHEDULE_MINUTES", 5, validate=validate.Range(min=1))
"""The least time between two runs of a schedule."""
AGENTEX_LARGE_PAYLOAD_BYTES = env.int(
    "AGENTEX_LARGE_PAYLOAD_BYTES", 131_072, validate=validate.Range(min=1_024, max=1_500_000)
)
AGENTEX_BACKGROUND_MAIL = env.bool("AGENTEX_BACKGROUND_MAIL", False)
"""Whether people get a mail when one of their background turns has ended."""
AGENTEX_VAPID_KEY = env.str(
    "AGENTEX_VAPID_KEY",
    "",
    validate=validate.Regexp(r"^([\w-]{43}=?)?$", error="Give 32 bytes as base64url."),
)
AGENTEX_PUSH_PRIVATE = env.bool("AGENTEX_PUSH_PRIVATE", False)
"""Whether push services may be in the private network, and use plain http."""
AGENTEX_EVENT_DAYS = env.int("AGENTEX_EVENT_DAYS", 30, validate=validate.Range(min=1))
"""How long a URL for events is valid."""
AGENTEX_EVENT_BYTES = env.int("AGENTEX_EVENT_BYTES", 65_536, validate=validate.Range(min=1))
AGENTEX_EVENTS_PER_MINUTE = env.int("AGENTEX_EVENTS_PER_MINUTE", 60, validate=validate.Range(min=0))
"""Per URL."""
AGENTEX_IDLE_SECONDS = env.float("AGENTEX_IDLE_SECONDS", 3_600, validate=validate.Range(min=1))
AGENTEX_SOCKET_CHECK_SECONDS = env.float("AGENTEX_SOCKET_CHECK_SECONDS", 20, validate=validate.Range(min=1))
AGENTEX_REMINDERS: list[float] = [
    float(hours) * 3_600 for hours in env.list("AGENTEX_REMINDER_HOURS", ["4", "24"], subcast=float)
]
"""Seconds after which people are reminded of an approval or a form."""
AGENTEX_UNDO_SECONDS = env.int("AGENTEX_UNDO_SECONDS", 10, validate=validate.Range(min=1, max=86_400))
"""How long a person can undo the deletion of a chat."""
AGENTEX_TEMPORARY_HOURS = env.float("AGENTEX_TEMPORARY_HOURS", 24, validate=validate.Range(min=0.01))
"""How long a temporary chat is kept after its last message."""
AGENTEX_PUBLIC_SHARES = env.bool("AGENTEX_PUBLIC_SHARES", False)
"""Whether shared chats can be read without an account."""
AGENTEX_TITLES = env.str("AGENTEX_TITLES", "auto", validate=validate.OneOf(["auto", "off"]))
AGENTEX_TITLE_MODEL = env.str("AGENTEX_TITLE_MODEL", "")
AGENTEX_SUGGESTIONS = env.str("AGENTEX_SUGGESTIONS", "off", validate=validate.OneOf(["auto", "off"]))
AGENTEX_SUGGESTION_MODEL = env.str("AGENTEX_SUGGESTION_MODEL", "")
AGENTEX_RELOAD = env.bool("AGENTEX_RELOAD", True)
"""Only `run` uses this."""
AGENTEX_WORKER_GRACE_SECONDS = env.float("AGENTEX_WORKER_GRACE_SECONDS", 5, validate=validate.Range(min=0))
AGENTEX_WORKER_VERSIONING = env.str(
    "AGENTEX_WORKER_VERSIONING", "off", validate=validate.OneOf(["off", "auto", "manual"])
)
AGENTEX_DEPLOYMENT_NAME = env.str(
    "AGENTEX_DEPLOYMENT_NAME", "", validate=validate.Regexp(r"^[^.:\s]*$", error="It has no . : or spaces.")
)
AGENTEX_BUILD_ID = env.str("AGENTEX_BUILD_ID", "", validate=validate.Regexp(r"^[^'\s]*$", error="No spaces."))
AGENTEX_WORKER_DRAIN_SECONDS = env.float("AGENTEX_WORKER_DRAIN_SECONDS", 0, validate=validate.Range(min=0))
AGENTEX_CONCURRENT_MODEL_CALLS = env.int(
    "AGENTEX_CONCURRENT_MODEL_CALLS", 200, validate=validate.Range(min=1)
)

INSTALLED_APPS = [
    # Ours come before daphne and channels, which have commands of the same names.
    "agentex_web.tasks",
    "agentex_web.waits",
    "agentex_web.suggestions",
    "agentex_web.accounts",
    "agentex_web.search",
    "agentex_web.watches",
    "agentex_web.events",
    "agentex_web.prompts",
    "agentex_web.schedules",
    "agentex_web.chat",
    "agentex_web.oversight",
    "agentex_web.preferences",
    "agentex_web.push",
    "agentex_web.sharing",
    "agentex_web",
    # Not "django.contrib.admin", which imports every admin.py in every process; urls.py does that instead.
    "agentex_web.oversight.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *social_apps(_SOCIAL),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "agentex_web.http.headers.privacy_headers",
    "agentex_web.http.errors.no_nul",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "agentex_web.languages.choice.zones",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "agentex_web.urls"
ASGI_APPLICATION = "agentex_web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [(places.PACKAGE if places.INSTALLED else BASE_DIR) / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # Every template uses these, so none has to load them.
            "builtins": [
                "django.templatetags.i18n",
                "agentex_web.languages.tags",
                "agentex_web.preferences.tags",
            ],
        },
    },
]

DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'agentex.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With WAL alone, 600 concurrent writes gave 304 lock errors; with IMMEDIATE as well, they gave none.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# The first hashes new passwords. The others are Django's own, and still check passwords that they hashed.
PASSWORD_HASHERS = [
    "agentex_web.accounts.hashing.BoundedPBKDF2",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
# A single backend, because each one costs a hash. allauth's does what Django's does, also by email address.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "agentex_web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*" if EMAIL_URL else "email", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "agentex_web.accounts.forms.LoginForm",
    "signup": "agentex_web.accounts.forms.SignupForm",
    "add_email": "agentex_web.accounts.forms.AddEmailForm",
    "change_password": "agentex_web.accounts.forms.ChangePasswordForm",
    "set_password": "agentex_web.accounts.forms.SetPasswordForm",
    "reset_password": "agentex_web.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "agentex_web.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "agentex_web.accounts.forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# No mail is sent to an address without an account when someone requests a password reset for it.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# accounts/throttle.py limits wrong passwords, and can tell people how long to wait.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
SOCIALACCOUNT_ADAPTER = "agentex_web.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = social_providers(_OIDC, _SOCIAL)
SOCIALACCOUNT_ONLY = False
# The CSP (form-action) forbids a form that leads to another site, so the button is a link.
SOCIALACCOUNT_LOGIN_ON_GET = True
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "agentex_web.limits.cache.LenientRedisCache", "LOCATION": REDIS_URL}}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [places.PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "agentex_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True

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

# Attached files. They are served only by a view that checks who may read them.
_FILES = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {
        "location": str(DATA_DIR / "media"),
        "file_permissions_mode": 0o600,
        "directory_permissions_mode": 0o700,
    },
}
STORAGES = {
    "default": env.json("AGENTEX_FILES_STORAGE", _FILES),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

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
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
AGENTEX_BODY_BYTES = (
    max(AGENTEX_ATTACHMENT_BYTES, AGENTEX_IMPORT_BYTES, DATA_UPLOAD_MAX_MEMORY_SIZE) + 64 * 1024
)
"""The largest request body: a file plus the form around it."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "agentex_web.http.logs.Plain",
            "fmt": "{levelname:<7} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {
        "one_line": {"()": "agentex_web.http.logs.OneLine"},
        "bounded": {"()": "agentex_web.http.logs.Bounded"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "requests": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["one_line", "bounded"],
        },
    },
    "root": {"handlers": ["console"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {
        "django.request": {"level": "ERROR", "handlers": ["requests"], "propagate": False},
        "django.security": {"level": "WARNING", "handlers": ["requests"], "propagate": False},
        "daphne": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "temporalio.worker": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
    },
}

env.seal()
