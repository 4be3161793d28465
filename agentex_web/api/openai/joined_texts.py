"""Texts of a turn as one text, as a completion has it: they follow each other, also if they were written at
the same time.
"""

import uuid

BETWEEN = "\n\n"
"""Between the texts of a turn, such as before and after a tool call."""


class JoinedTexts:
    """
    Attributes:
        is_begun: something was sent.
    """

    def __init__(self) -> None:
        self.is_begun = False
        self._waiting: dict[uuid.UUID, str] = {}
        """Texts that are not complete, or begun while another one was open: what is to be sent of each."""
        self._said: set[uuid.UUID] = set()
        self._finished: set[uuid.UUID] = set()

    def begin(self, message: uuid.UUID) -> None:
        self._waiting.setdefault(message, "")

    def say(self, message: uuid.UUID, text: str) -> None:
        self._waiting[message] = self._waiting.get(message, "") + text

    def finish(self, message: uuid.UUID) -> None:
        self._finished.add(message)

    def finish_all(self) -> None:
        self._finished.update(self._waiting)

    def withdraw(self, message: uuid.UUID) -> None:
        self._waiting.pop(message, None)

    def restart(self, message: uuid.UUID, text: str) -> None:
        """Begins the message again, as another one if some of it was sent."""
        self._waiting[message] = text
        self._said.discard(message)
        self._finished.discard(message)

    def was_said(self, message: uuid.UUID) -> bool:
        """Whether some of the message was sent."""
        return message in self._said

    def following(self) -> str:
        """What may be sent now: of the first text, and of those after it if it is complete."""
        found = ""
        for message, text in list(self._waiting.items()):
            if text:
                found += (BETWEEN if self.is_begun and message not in self._said else "") + text
                self.is_begun = True
                self._said.add(message)
            self._waiting[message] = ""
            if message not in self._finished:
                break
            del self._waiting[message]
        return found
