"""Rate limits per person: counted in Redis for all web processes; excess is refused with a message."""
