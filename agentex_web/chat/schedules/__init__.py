"""The pages of a person's schedules."""
