"""Mail and browser notifications about chats."""

from environs import validate

from agentex_web.settings.environment import env

AGENTEX_REMINDERS: list[float] = [
    float(hours) * 3_600 for hours in env.list("AGENTEX_REMINDER_HOURS", ["4", "24"], subcast=float)
]
"""Seconds after which people are reminded of an approval or a form."""
AGENTEX_BACKGROUND_MAIL = env.bool("AGENTEX_BACKGROUND_MAIL", False)
"""Whether people get a mail when one of their background turns has ended."""
AGENTEX_VAPID_KEY = env.str(
    "AGENTEX_VAPID_KEY",
    "",
    validate=validate.Regexp(r"^([\w-]{43}=?)?$", error="Give 32 bytes as base64url."),
)
AGENTEX_PUSH_PRIVATE = env.bool("AGENTEX_PUSH_PRIVATE", False)
"""Whether push services may be in the private network, and use plain http."""
