"""Imports of chats: exports of Agentex, ChatGPT and LibreChat, read by a worker in a child process."""
