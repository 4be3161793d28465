"""What people let agents remember over chats."""
