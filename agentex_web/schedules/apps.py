from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    name = "agentex_web.schedules"

    def ready(self) -> None:
        from agentex_web.schedules import deletions  # noqa: F401  (its receiver)
