"""The admin: what runs, waits or failed, every task, and what staff may do about it."""
