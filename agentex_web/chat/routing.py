"""The URLs of the WebSockets."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from agentex_web.chat.consumers import TaskConsumer
from agentex_web.chat.list_socket import ListConsumer
from agentex_web.http.sockets import NoSuchSocket

# Django's types require views here, but Channels accepts consumers.
_task: Any = TaskConsumer.as_asgi()
_list: Any = ListConsumer.as_asgi()
_nothing: Any = NoSuchSocket.as_asgi()
_urls: Any = [path("ws/tasks/<uuid:task_id>/", _task), path("ws/chats/", _list), re_path("", _nothing)]
sockets = URLRouter(_urls)
