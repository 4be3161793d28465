"""What people may do in chats, and do: the same for pages and for the API."""
