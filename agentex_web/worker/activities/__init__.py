"""Activities through which workflows and authors read and write the record (agentex_web/turns/record.py)."""
