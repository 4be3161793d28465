"""Django's settings, a module for each subject.

They come from the environment and `.env`; `.env.example` explains each. A bad value raises here.
"""

from agentex_web.settings.accounts import *  # noqa: F403
from agentex_web.settings.applications import *  # noqa: F403
from agentex_web.settings.environment import *  # noqa: F403
from agentex_web.settings.environment import env
from agentex_web.settings.limits import *  # noqa: F403
from agentex_web.settings.logs import *  # noqa: F403
from agentex_web.settings.models import *  # noqa: F403
from agentex_web.settings.notifications import *  # noqa: F403
from agentex_web.settings.services import *  # noqa: F403
from agentex_web.settings.web import *  # noqa: F403
from agentex_web.settings.worker import *  # noqa: F403

env.seal()
