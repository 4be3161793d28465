from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete


class PushConfig(AppConfig):
    name = "agentex_web.push"
    label = "push"

    def ready(self) -> None:
        from django.contrib.sessions.models import Session

        from agentex_web.push import subscriptions

        user_logged_out.connect(subscriptions.logged_out)
        post_delete.connect(subscriptions.session_deleted, sender=Session)
