"""The only writer of what a person sees.

Each function makes one change: a transaction that changes rows and raises the task's version by one. It
returns the events that report the change (``Change``), and record.py publishes them after the commit. Each
function can be repeated: it writes the same again, and nothing more.

turns.py: the life of a turn; endings.py: what is stored of a turn that ends; messages.py: what agents say;
tool_calls.py; sent.py: what a person sends, withdraws and chooses; task.py: the task itself.
"""
