from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "agentex_web.sharing"
    label = "sharing"
