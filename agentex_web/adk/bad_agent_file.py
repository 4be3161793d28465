"""What is wrong with an agent's file, as a sentence for its author."""


class BadAgentFile(Exception):
    """A file that cannot be served; the text names the file and the line, and says what to write."""
