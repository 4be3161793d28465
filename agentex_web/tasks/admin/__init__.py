"""Shared by the admin pages that show the record: each app's own admin.py, and agentex_web/oversight/."""
