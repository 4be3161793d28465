"""The import paths of agentex-sdk, on which the guide's projects are written, where it is not installed.

``install`` adds a finder to the end of ``sys.meta_path``, so an installed agentex-sdk is found first. Seen:
agentex-sdk 0.22.2. names.py says what each module offers; a name leads to a class or function of this
package, which has the arguments of the SDK's.
"""

from agentex_web.compat.agentex_sdk.finder import install

__all__ = ["install"]
