from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "agentex_web.search"
    label = "search"
