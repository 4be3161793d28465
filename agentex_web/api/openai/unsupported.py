"""Refuses what a request asks for and an agent cannot do; what is harmless to leave out is ignored.

An agent's file says which model it uses, with which tools, and in which form it answers. Ignoring a request
for other tools or another form would give the program something that it does not expect, so these are errors.
Sampling parameters and limits of length are ignored (docs/api.md lists them).
"""

from typing import Any

from agentex_web.api.openai.errors import ApiError, Json

NOT_EMPTY = {
    "tools": "Agents bring their own tools. To give an agent another tool, add it to the agent's file.",
    "functions": "Agents bring their own tools. To give an agent another tool, add it to the agent's file.",
    "logit_bias": "Agents do not support it.",
    "stop": "Agents answer to the end. Cut the text yourself.",
    "audio": "Agents answer with text.",
    "prediction": "Agents do not support it.",
    "prompt": "Agents have their own prompts. Send the text itself.",
    "web_search_options": "Agents bring their own tools.",
    "context_management": "Agents shorten long chats by themselves.",
    "moderation": "Agents do not support it.",
}
"""Fields that must be missing or empty, each with what the error says."""


def refuse_unsupported(body: Json) -> None:
    """Checks what both interfaces have in common.

    Raises:
        ApiError: the request asks for something that agents cannot do.
    """
    for name, reason in NOT_EMPTY.items():
        if body.get(name):
            raise unsupported(name, reason)
    if body.get("n") not in (None, 1):
        raise unsupported("n", "An agent gives one answer to a message.")
    if body.get("logprobs") or body.get("top_logprobs"):
        raise unsupported("logprobs", "Agents do not report them.")
    if isinstance(body.get("tool_choice"), dict) or body.get("tool_choice") == "required":
        raise unsupported("tool_choice", "An agent decides by itself which of its tools it calls.")
    modalities = body.get("modalities")
    if isinstance(modalities, list) and "audio" in modalities:
        raise unsupported("modalities", "Agents answer with text.")
    _refuse_format("response_format", body.get("response_format"))
    text = body.get("text")
    _refuse_format("text.format", text.get("format") if isinstance(text, dict) else None)


def _refuse_format(name: str, given: Any) -> None:
    kind = given.get("type") if isinstance(given, dict) else None
    if given and kind != "text":
        raise unsupported(name, "An agent's file says in which form it answers (its output type).")


def unsupported(name: str, reason: str) -> ApiError:
    return ApiError(f"“{name}” is not supported. {reason}", param=name, code="unsupported_parameter")
