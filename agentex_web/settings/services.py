"""The services that the product needs: database, Redis, Temporal, storage of files.

The address of a service that is not set here is read from the data directory's ``services.json`` when it is
needed (agentex_web/services.py), because the embedded services may start after the process that reads this.
"""

import shlex

import dj_database_url
from environs import validate

from agentex_web.settings.environment import DATA_DIR, env

# Addresses; an empty one means the embedded service.
REDIS_URL = env.str("REDIS_URL", "")
TEMPORAL_ADDRESS = env.str("TEMPORAL_ADDRESS", "")
TEMPORAL_NAMESPACE = env.str("TEMPORAL_NAMESPACE", "default")
TEMPORAL_TASK_QUEUE = env.str("TEMPORAL_TASK_QUEUE", "agentex", validate=validate.Length(min=1))
AGENTEX_PAYLOAD_KEYS: list[str] = env.list("AGENTEX_PAYLOAD_KEYS", [])
TEMPORAL_UI_URL = env.str("TEMPORAL_UI_URL", "")
AGENTEX_TEMPORAL_UI = env.bool("AGENTEX_TEMPORAL_UI", False)
# More options for the command line of the embedded Temporal.
AGENTEX_TEMPORAL_OPTIONS = shlex.split(env.str("AGENTEX_TEMPORAL_OPTIONS", ""))
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "agentex_web.limits.cache.LenientRedisCache", "LOCATION": REDIS_URL}}

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
