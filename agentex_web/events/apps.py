from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "agentex_web.events"
    default_auto_field = "django.db.models.BigAutoField"
