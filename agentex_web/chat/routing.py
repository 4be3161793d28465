from django.urls import path

from agentex_web.chat.consumers import TaskConsumer

socket_urls = [path("ws/tasks/<uuid:task_id>/", TaskConsumer.as_asgi())]
