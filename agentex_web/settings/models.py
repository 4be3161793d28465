"""The models that agents, titles and suggestions call."""

from environs import validate

from agentex_web.settings.environment import at_least, env, one_of, or_from_file

OPENAI_API_KEY = or_from_file("OPENAI_API_KEY")
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "")
"""Empty for OpenAI's own server; without a key too, the demo model answers."""
AGENTEX_MODEL = env.str("AGENTEX_MODEL", "")
AGENTEX_MODEL_API = one_of("AGENTEX_MODEL_API", "responses", ["responses", "chat_completions"])
AGENTEX_MODEL_ATTEMPTS = at_least("AGENTEX_MODEL_ATTEMPTS", 5, 1)
AGENTEX_MODEL_TIMEOUT = env.float("AGENTEX_MODEL_TIMEOUT", 600, validate=validate.Range(min=1))
"""Seconds for each attempt of a model call."""
AGENTEX_COMPACT = one_of("AGENTEX_COMPACT", "auto", ["auto", "off"])
AGENTEX_CONTEXT_WINDOW = at_least("AGENTEX_CONTEXT_WINDOW", 0, 0)
"""In tokens. 0 means unknown: then only the model's server reports that it is exceeded."""
AGENTEX_COMPACT_AT = env.float("AGENTEX_COMPACT_AT", 0.8, validate=validate.Range(min=0.1, max=1.0))
"""The used share of the context window above which a conversation is compacted."""
AGENTEX_EXPORT_TRACES = env.bool("AGENTEX_EXPORT_TRACES", False)
AGENTEX_TITLES = one_of("AGENTEX_TITLES", "auto", ["auto", "off"])
AGENTEX_TITLE_MODEL = env.str("AGENTEX_TITLE_MODEL", "")
AGENTEX_SUGGESTIONS = one_of("AGENTEX_SUGGESTIONS", "off", ["auto", "off"])
AGENTEX_SUGGESTION_MODEL = env.str("AGENTEX_SUGGESTION_MODEL", "")
