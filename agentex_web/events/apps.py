from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "agentex_web.events"
