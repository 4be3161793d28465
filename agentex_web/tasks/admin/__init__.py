"""What pages of the admin share that show the record: each app's own admin.py, and agentex_web/oversight/."""
