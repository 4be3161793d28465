"""Search over titles and messages: the index, which the journal writes, and the queries.

A text is indexed by its words (`words.py`), in the same way in PostgreSQL's full text search and SQLite's
FTS5. The database keeps the index in step with `Document`: an entry is committed and removed with its text.
"""
