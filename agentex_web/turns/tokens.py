"""The token usage of model calls, as it is stored in the record."""

from agents.usage import Usage


def tokens_of(usage: Usage) -> dict[str, int]:
    """The numbers of input, cached input, output and reasoning tokens; empty if unknown."""
    if not usage.total_tokens and not usage.input_tokens and not usage.output_tokens:
        return {}
    return {
        "input": usage.input_tokens,
        "cached": usage.input_tokens_details.cached_tokens,
        "output": usage.output_tokens,
        "reasoning": usage.output_tokens_details.reasoning_tokens,
    }
