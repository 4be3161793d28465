"""The only writer of what a person sees.

Each function here is one change: a transaction that changes rows and raises the task's version by one. It
returns the events that report it (``Change``), and record.py here publishes them after the commit.
Each can be repeated: what has been written already is written again, and nothing more.

turns.py: how a turn proceeds; endings.py: what is kept of one that ends; messages.py: what agents say;
tool_calls.py; sent.py: what a person sends, withdraws and chooses; task.py: the task itself.
"""
