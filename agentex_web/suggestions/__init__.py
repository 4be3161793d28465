"""Suggestions for a person's next message, which a model writes after an answer if the setting is on."""
