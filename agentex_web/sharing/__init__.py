"""Links with which other people read a snapshot of a chat, until its owner revokes them."""
