from django.apps import AppConfig


class WatchesConfig(AppConfig):
    name = "agentex_web.watches"
    default_auto_field = "django.db.models.BigAutoField"
