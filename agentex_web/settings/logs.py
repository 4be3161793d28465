"""What the processes log, and how."""

import logging

from agentex_web.settings.environment import env

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
        # A page that connects again and again writes the same lines.
        "agentex_web.chat.consumers": {"filters": ["bounded"]},
        "agentex_web.chat.feeds": {"filters": ["bounded"]},
        "agentex_web.chat.page_state": {"filters": ["bounded"]},
        "agentex_web.chat.list_socket": {"filters": ["bounded"]},
        "daphne": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "temporalio.worker": {"level": "WARNING"},
        "openai": {"level": "WARNING"},
    },
}
