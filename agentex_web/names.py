"""How long names may be, in characters: the columns of the record that store them are as wide."""

NAME_LENGTH = 200
"""Of an agent, a tool, a workflow, a span, a file."""
FILE_NAME_LENGTH = 100
"""Of a file or folder in agents/, by which the record knows the agent."""
