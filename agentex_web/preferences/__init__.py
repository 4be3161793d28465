"""What a person has set for themselves: language, time zone, density, keys, notifications."""
