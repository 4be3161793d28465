"""What keeps the embedded services from starting."""


class CannotStart(Exception):
    """Something is in the way; the text says what, and what to do about it."""
