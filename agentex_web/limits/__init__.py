"""How often one person may do something: counted in Redis for all web processes, refused with a sentence."""
