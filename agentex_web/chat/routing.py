from typing import Any

from channels.routing import URLRouter
from django.urls import path

from agentex_web.chat.consumers import TaskConsumer

# Channels takes consumers where Django's own types ask for views.
_task: Any = TaskConsumer.as_asgi()
_urls: Any = [path("ws/tasks/<uuid:task_id>/", _task)]
sockets = URLRouter(_urls)
