"""The base class of errors in an author's code. People are shown their text as the reason."""


class AuthorError(Exception):
    """Something in an agent's file cannot work. The text names it and explains what to write instead."""
