"""Exports chats as Markdown, JSON and for printing; imports exports of Agentex, ChatGPT and LibreChat."""
