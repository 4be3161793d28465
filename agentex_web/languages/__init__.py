"""The language and the time zone that pages are written in, and the texts of scripts in that language."""
