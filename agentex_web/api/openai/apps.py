from django.apps import AppConfig


class OpenAIConfig(AppConfig):
    name = "agentex_web.api.openai"
    label = "openai_api"
