"""Cards of what turns wait for, and the views with which people decide it."""
