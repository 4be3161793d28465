"""The refusal of an action."""


class Refused(Exception):
    """The request is refused and changes nothing. ``reason`` tells the person why."""

    def __init__(self, reason: str, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
