"""Requests that a model's server refuses for what is said in them, or for their length.

Servers agree on no code: the words below are those of OpenAI, Azure, Anthropic, Gemini, Mistral, DeepSeek,
xAI, Groq, Cohere, Bedrock, OpenRouter, Together, DashScope, vLLM, llama.cpp and LM Studio, November 2026.
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
"""What an administrator or an agent's author has to change, whatever a person writes."""
_REFUSED_STATUS = {400, 413, 415, 422}


def is_too_long(code: str, message: str) -> bool:
    """True if a failure means that the conversation exceeds the model's context.

    Args:
        code: of the error in its body, as ``context_length_exceeded``; empty if it has none.
    """
    return code in _TOO_LONG_CODES or bool(_TOO_LONG.search(message))


def is_refused_input(status: int, code: str, param: str) -> bool:
    """True if the same conversation would be refused another time, and another one might not.

    Args:
        status: of the HTTP response; 0 of a failure that came within a stream.
        param: the part of the request that the server names, as ``input[0].content[1].image_url``.
    """
    if _INPUT_CODES.search(code):
        return True
    if status not in _REFUSED_STATUS or code in _SETUP_CODES:
        return False
    return not param or param.startswith(_INPUT_PARAMS)
