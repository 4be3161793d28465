from typing import Any

from allauth.socialaccount import apps as social
from django.apps import AppConfig
from django.db.models.signals import post_save


class AccountsConfig(AppConfig):
    name = "agentex_web.accounts"
    label = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.models import User

        from agentex_web.accounts import announcements

        announcements.connect()
        post_save.connect(_account_was_saved, sender=User)


class SocialConfig(social.SocialAccountConfig):
    """allauth's accounts of other services. The URLs import their providers, so the worker does not: with
    requests and jwt, they take 4 MiB.
    """

    default = False

    def ready(self) -> None:
        from allauth.socialaccount import checks  # noqa: F401  (registers them)


def _account_was_saved(sender: Any, created: bool, **options: Any) -> None:  # noqa: ARG001  (a signal's arguments)
    from agentex_web.accounts.setup import close_setup

    if created:
        close_setup()
