from django.apps import AppConfig


class MemoriesConfig(AppConfig):
    name = "agentex_web.memories"
