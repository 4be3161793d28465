"""How dates and times are written, in place of Django's "Nov. 27, 2026, 6:53 a.m."; a module per language."""
