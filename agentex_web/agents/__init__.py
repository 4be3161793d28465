"""Leads to the folders of agents: ``agentex_web.agents.haiku`` is ``agents/haiku.py``.

The folder at the top has no ``__init__.py``, because ``agents`` is the name of the OpenAI Agents SDK.
"""

from django.conf import settings

__path__ = [str(folder) for folder in settings.AGENTEX_AGENT_DIRS]
