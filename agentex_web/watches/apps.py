from django.apps import AppConfig


class WatchesConfig(AppConfig):
    name = "agentex_web.watches"
