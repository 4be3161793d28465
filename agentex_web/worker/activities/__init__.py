"""The activities that write and read the record for workflows and authors (agentex_web/turns/record.py)."""
