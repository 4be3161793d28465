"""Search over titles and messages: the index, which the journal writes, and what is asked of it.

A text is indexed by its words (`words.py`), alike in PostgreSQL's full text and in SQLite's FTS5. The
database keeps its index in step with `Document`, so an entry is committed, and removed, with its text.
"""
