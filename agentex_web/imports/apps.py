from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "agentex_web.imports"
    default_auto_field = "django.db.models.BigAutoField"
