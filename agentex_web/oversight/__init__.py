"""The admin: shows every task and what runs, waits or failed, and lets staff act on it."""
