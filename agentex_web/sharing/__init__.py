"""Links by which other people read a chat: a snapshot of it, until its owner revokes the link."""
