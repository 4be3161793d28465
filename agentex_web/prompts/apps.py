from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "agentex_web.prompts"
