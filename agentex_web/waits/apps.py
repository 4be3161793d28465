from django.apps import AppConfig


class WaitsConfig(AppConfig):
    name = "agentex_web.waits"
