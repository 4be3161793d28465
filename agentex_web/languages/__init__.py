"""The language and time zone of pages, and the scripts' texts in that language."""
