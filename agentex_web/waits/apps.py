from django.apps import AppConfig


class WaitsConfig(AppConfig):
    name = "agentex_web.waits"
    default_auto_field = "django.db.models.BigAutoField"
