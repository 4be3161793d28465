"""Texts of actions that pages and the API share, in the API's words: a chat is a task here."""

OF_API = (
    ("There is no such chat.", "There is no such task."),
    ("The agent has ended this chat. Start a new one.", "The agent has ended this task. Create a new one."),
    ("is still working in this chat.", "is still working in this task."),
    ("cannot answer in this chat.", "cannot answer in this task."),
    ("Only the owner of the chat can", "Only the owner of the task can"),
    ("Delete chats with files", "Delete tasks with files"),
)


def in_words_of_api(text: str) -> str:
    """The text of a refusal, which says “task” in place of “chat”."""
    for page, api in OF_API:
        text = text.replace(page, api)
    return text
