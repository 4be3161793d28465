"""Login with accounts of other services, as configured in the settings."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from environs import EnvValidationError

_PACKAGE = "allauth.socialaccount.providers"


def social_apps(social: Mapping[str, Any]) -> list[str]:
    """Returns the apps to install for the providers in ``AGENTEX_SOCIAL``.

    Raises:
        EnvValidationError: django-allauth has no provider of that name.
    """
    for name in social:
        if not name.isidentifier() or find_spec(f"{_PACKAGE}.{name}") is None:
            raise EnvValidationError(f"AGENTEX_SOCIAL: django-allauth knows no provider “{name}”", [name])
    return [f"{_PACKAGE}.{name}" for name in social]


def social_providers(
    oidc: Sequence[Mapping[str, Any]], social: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Returns the value of ``SOCIALACCOUNT_PROVIDERS``.

    Args:
        oidc: for each OpenID Connect server its ``id``, ``name``, ``server_url``, ``client_id`` and
            ``secret``; if ``signup`` is true, everyone whom the server knows can get an account here.
        social: maps the name of allauth's provider to ``client_id``, ``secret`` and optionally ``signup``.

    Raises:
        EnvValidationError: a required value is missing.
    """
    servers = [
        {
            "provider_id": _required(server, "id", "AGENTEX_OIDC"),
            "name": server.get("name") or server["id"],
            "client_id": _required(server, "client_id", "AGENTEX_OIDC"),
            "secret": server.get("secret", ""),
            "settings": {
                "server_url": _required(server, "server_url", "AGENTEX_OIDC"),
                "signup": bool(server.get("signup")),
            },
        }
        for server in oidc
    ]
    others = {
        name: {
            "APPS": [
                {
                    "client_id": _required(given, "client_id", f"AGENTEX_SOCIAL, {name}"),
                    "secret": given.get("secret", ""),
                    "key": given.get("key", ""),
                    "settings": {"signup": bool(given.get("signup"))},
                }
            ]
        }
        for name, given in social.items()
    }
    return {"openid_connect": {"APPS": servers, "OAUTH_PKCE_ENABLED": True}, **others}


def _required(given: Mapping[str, Any], name: str, variable: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise EnvValidationError(f"{variable}: “{name}” is missing", [name])
    return value
