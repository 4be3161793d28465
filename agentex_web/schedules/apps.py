from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    name = "agentex_web.schedules"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from agentex_web.schedules import deletions  # noqa: F401  (its receiver)
