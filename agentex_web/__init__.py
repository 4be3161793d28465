from agentex_web.sdk_import import prefer_sdk

__version__ = "0.2.0"

prefer_sdk()
