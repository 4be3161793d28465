"""Reads the files that people attach: by content, in a separate process, within limits."""
