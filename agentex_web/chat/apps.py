from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "agentex_web.chat"
    label = "chat"
