"""The base of errors in what an author wrote, whose text is the reason that a person reads."""


class AuthorError(Exception):
    """Something in an agent's file cannot work; the text names it and says what to write instead."""
