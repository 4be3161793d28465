"""What is wrong with an agent's file, as a sentence for its author."""


class BadAgentFile(Exception):
    """A file that cannot be served; the text names the file and the line, and says what to write."""


class RunsOnImport(BaseException):
    """A file runs its agents, or asks somebody at a console, while it is imported; the text says which.

    No ``except Exception`` of the author's may catch it.
    """
