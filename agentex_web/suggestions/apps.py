from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "agentex_web.suggestions"
