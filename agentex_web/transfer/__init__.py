"""Chats in and out: exports as Markdown, JSON and for paper; imports of ours, ChatGPT's, LibreChat's."""
