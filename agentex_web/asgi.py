"""The ASGI application of the web process: Django serves the pages, Channels the sockets."""

import gc
import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter
from django import setup
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agentex_web.settings")
setup(set_prefix=False)

from agentex_web.compat import django_middleware  # noqa: E402  (models need Django set up)

django_middleware.install()
for receiver in (close_old_connections, reset_queries):
    # Each request would start a thread for them. Such a thread has no connections yet, and those of other
    # threads are checked where they are used (tasks/threads.py).
    request_started.disconnect(receiver)
pages = get_asgi_application()

from agentex_web.chat.routing import sockets  # noqa: E402
from agentex_web.compat import channels_threads  # noqa: E402
from agentex_web.compat.daphne_bodies import limit_bodies  # noqa: E402
from agentex_web.compat.daphne_responses import let_responses_wait  # noqa: E402
from agentex_web.compat.daphne_sockets import limit_unsent, without_debug_texts  # noqa: E402
from agentex_web.compat.daphne_statuses import name_all_statuses  # noqa: E402
from agentex_web.computing import take_short_turns  # noqa: E402
from agentex_web.http.origins import OriginValidator  # noqa: E402

UNSENT_BYTES = 2 * 1024 * 1024
"""Send buffer limit per socket: several times the largest frame (a long message with its HTML)."""

take_short_turns()
limit_bodies(settings.AGENTEX_BODY_BYTES)
limit_unsent(UNSENT_BYTES)
let_responses_wait()
without_debug_texts()
name_all_statuses()
channels_threads.install()
application = ProtocolTypeRouter(
    {"http": pages, "websocket": OriginValidator(AuthMiddlewareStack(sockets))},
)

# Loads what the first requests would load.
get_resolver().url_patterns  # noqa: B018
# A full collection of all that takes 0.1 s, in which no request is answered. Frozen, it is not scanned again.
gc.freeze()
gc.enable()
