"""Provides the import paths of agentex-sdk, which the guide's projects use, if agentex-sdk is not installed.

``install`` adds a finder to ``sys.meta_path``, which leaves an installed agentex-sdk alone. Written for
agentex-sdk 0.22.2. names.py lists the names of each module. Each name leads to a class or function of
agentex_web with the same arguments as the SDK's.
"""

from agentex_web.compat.agentex_sdk.finder import install

__all__ = ["install"]
