"""A person's own settings: language, time zone, density, keys, notifications."""
