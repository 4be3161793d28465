"""Marks the errors of files/ and imports/ for translation.

They are raised in processes that run without Django, and translated where they are shown.
"""

from django.utils.translation import gettext_noop

FILES = (
    gettext_noop(
        "This kind of file cannot be read. Attach text, a PDF, a Word, Excel or PowerPoint file, or an image."
    ),
    gettext_noop("This kind of file cannot be read."),
    gettext_noop("The PDF is damaged or protected by a password."),
    gettext_noop("The document is damaged or protected by a password."),
    gettext_noop("The presentation is damaged or protected by a password."),
    gettext_noop("The file is damaged or protected by a password."),
    gettext_noop("The PDF contains no text, only images of pages. Attach those as images instead."),
    gettext_noop("The file contains no text."),
    gettext_noop("The image is damaged."),
    gettext_noop("The file takes too much time or memory to read. Attach a part of it, or its text."),
)
EXPORTS = (
    gettext_noop("This file is not an export from Agentex, ChatGPT or LibreChat."),
    gettext_noop(
        "This export was made by a newer version of Agentex than this site has. "
        "Ask your administrator to update it."
    ),
    gettext_noop("The file takes too much time or memory to read. Export fewer chats at once."),
    gettext_noop("The file has more than 20,000 chats. Those after the first 20,000 were not imported."),
    gettext_noop("The uploaded file is gone. Import it again."),
)
