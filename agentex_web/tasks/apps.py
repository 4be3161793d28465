from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "agentex_web.tasks"
    label = "tasks"
    verbose_name = "Agentex"
