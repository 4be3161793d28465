"""Django's cache in Redis, in which django-allauth stores its rate limits for all web processes."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class LenientRedisCache(RedisCache):
    """Behaves like an empty cache while Redis is unavailable, so that people can still log in."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        params.setdefault("OPTIONS", {}).update(socket_timeout=1.0, socket_connect_timeout=1.0)
        super().__init__(server, params)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except (RedisError, OSError) as error:
            return _away(error, default)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except (RedisError, OSError) as error:
            _away(error, None)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Returns True while Redis is unavailable, because allauth uses this to take locks."""
        try:
            return super().add(key, value, timeout, version)
        except (RedisError, OSError) as error:
            return bool(_away(error, True))

    def delete(self, key: Any, version: int | None = None) -> bool:
        try:
            return super().delete(key, version)
        except (RedisError, OSError) as error:
            return bool(_away(error, False))


def _away(error: Exception, answer: Any) -> Any:
    logger.warning("The cache is empty, Redis is unavailable (%s)", error)
    return answer
