"""The text of one message, next to what a client has been sent of it.

A stream of OpenAI's API cannot take back what it has sent, but a model call that is retried starts its
messages over. So nothing is sent again as long as the new text says what was sent before. Only if it says
something else, the message is restarted.
"""

from dataclasses import dataclass


@dataclass
class Words:
    """
    Attributes:
        sent: what the client has been sent.
        now: the message's current text, as far as it has arrived.
        is_closed: the client has been told that the text is complete.
    """

    sent: str = ""
    now: str = ""
    is_closed: bool = False

    def add(self, text: str) -> str | None:
        """Takes a delta; returns like ``catch_up``."""
        if self.now == self.sent and not self.is_closed:
            self.sent = self.now = self.now + text
            return text
        self.now += text
        return self.catch_up()

    def catch_up(self, *, is_whole: bool = False) -> str | None:
        """What to send next, which may be empty. None: what was sent is no longer true; call ``restart``.

        Args:
            is_whole: no more of the text will arrive.
        """
        if self.now == self.sent or (not is_whole and self.sent.startswith(self.now)):
            return ""
        if self.is_closed or not self.now.startswith(self.sent):
            return None
        following = self.now[len(self.sent) :]
        self.sent = self.now
        return following

    def restart(self) -> str:
        """Forgets what was sent; returns the text to begin again with."""
        self.sent, self.is_closed = self.now, False
        return self.now
