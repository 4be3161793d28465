from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "agentex_web.imports"
