from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "agentex_web.preferences"
    label = "preferences"
