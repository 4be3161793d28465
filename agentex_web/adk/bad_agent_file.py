"""Exceptions for agents' files, with texts for their authors."""


class BadAgentFile(Exception):
    """The file cannot be served; the text names the file and, if known, the line, and says what to write."""


class NoAgent(BadAgentFile):
    """The file offers no agent. That is right if other files import it."""


class RunsOnImport(BaseException):
    """The file runs its agents or reads from the console while it is imported; the text says which.

    It is a BaseException so that the author's ``except Exception`` does not catch it.
    """


class ImportTooSlow(BaseException):
    """The import took too long. A BaseException for the same reason; see also uncaught.py."""
