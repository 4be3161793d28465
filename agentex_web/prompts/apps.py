from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "agentex_web.prompts"
    default_auto_field = "django.db.models.BigAutoField"
