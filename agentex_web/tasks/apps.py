from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "agentex_web.tasks"
    label = "tasks"
    verbose_name = "Agentex"

    def ready(self) -> None:
        from agentex_web.tasks import stored_files  # noqa: F401  (its receiver)
