import django_stubs_ext
from django.apps import AppConfig

# Allows `ModelAdmin[Task]` at run time. Not in the settings, because the supervisor reads them too and would
# load 14 MB of Django. This app is the first of INSTALLED_APPS, so no model is loaded before it.
django_stubs_ext.monkeypatch()


class TasksConfig(AppConfig):
    name = "agentex_web.tasks"
    label = "tasks"
    verbose_name = "Agentex"

    def ready(self) -> None:
        from agentex_web.tasks import deletions, stored_files  # noqa: F401  (registers their receivers)
