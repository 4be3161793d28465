from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "agentex_web.suggestions"
    default_auto_field = "django.db.models.BigAutoField"
