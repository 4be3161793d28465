"""Leads to the folders of agents: ``agentex_web.agents.haiku`` is ``agents/haiku.py``.

The folder at the top has no ``__init__.py``, because ``agents`` is the name of the OpenAI Agents SDK.
``AGENTEX_AGENT_DIRS`` names other folders, separated by commas. It is read here and not in the settings,
because an agent's file can be imported and tested without them.
"""

import os
from pathlib import Path

from agentex_web.places import HOME

_DEFAULT = str(HOME / "agents")

__path__ = [
    str(Path(folder).resolve()) for folder in (os.environ.get("AGENTEX_AGENT_DIRS") or _DEFAULT).split(",")
]
