"""Recognises requests that a model's server refuses because of their content or their length.

Servers share no error codes. The expressions below match those of OpenAI, Azure, Anthropic, Gemini, Mistral,
DeepSeek, xAI, Groq, Cohere, Bedrock, OpenRouter, Together, DashScope, vLLM, llama.cpp and LM Studio in
November 2026.
"""

import re

_TOO_LONG_CODES = {
    "context_length_exceeded",
    "context_window_exceeded",
    "exceed_context_size_error",
    "request_too_large",
    "string_above_max_length",
    "tokens_exceeded",
}
_TOO_LONG = re.compile(
    r"maximum (context|prompt) length|context (length|window|size|limit)|context_length"
    r"|prompt is too long|input (is )?too long|input length|input token count|too many (input )?tokens"
    r"|too large for model|request too large|exceeds? the (model'?s )?(maximum|limit).{0,40}tokens"
    r"|reduce the length of|tokens? (limit )?exceed|max_new_tokens",
    re.IGNORECASE,
)
_INPUT_CODES = re.compile(
    r"image|file|invalid_prompt|content_filter|content_policy|moderation|data_inspection", re.IGNORECASE
)
_INPUT_PARAMS = ("input", "messages", "content", "contents", "prompt")
_SETUP_CODES = {
    "model_not_found",
    "invalid_model",
    "unsupported_parameter",
    "unsupported_value",
    "unknown_parameter",
    "invalid_json_schema",
    "invalid_function_parameters",
    "missing_required_parameter",
    "integer_below_min_value",
    "integer_above_max_value",
}
"""Errors that an administrator or the agent's author has to fix; no other message would avoid them."""
_REFUSED_STATUS = {400, 413, 415, 422}


def is_too_long(code: str, message: str) -> bool:
    """True if a failure means that the conversation exceeds the model's context.

    Args:
        code: the error's code in the response body, such as ``context_length_exceeded``; may be empty.
    """
    return code in _TOO_LONG_CODES or bool(_TOO_LONG.search(message))


def is_refused_input(status: int, code: str, param: str) -> bool:
    """True if the same conversation would be refused again, but another conversation might not.

    Args:
        status: the HTTP status; 0 for a failure that came within a stream.
        param: the part of the request that the server names, such as ``input[0].content[1].image_url``.
    """
    if _INPUT_CODES.search(code):
        return True
    if status not in _REFUSED_STATUS or code in _SETUP_CODES:
        return False
    return not param or param.startswith(_INPUT_PARAMS)
