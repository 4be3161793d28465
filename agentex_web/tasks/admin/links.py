"""Links between the pages of the admin, and to the chat and Temporal."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agentex_web.services import temporal_ui_url
from agentex_web.tasks.models import Message, Task


def task_link(task: Task) -> SafeString:
    """Link to the task's page in the admin."""
    return format_html('<a href="{}">{}</a>', reverse("admin:tasks_task_change", args=(task.pk,)), task)


def message_link(message: Message) -> SafeString:
    """Link to the message's page in the admin."""
    address = reverse("admin:tasks_message_change", args=(message.pk,))
    return format_html('<a href="{}">{}</a>', address, message)


def chat_link(task: Task) -> SafeString:
    return format_html('<a href="{}">{}</a>', task.get_absolute_url(), _("Open chat"))


def workflow_link(task: Task) -> SafeString | str:
    """Link to the task's workflow in Temporal's web UI; the workflow's id if the UI has no address."""
    ui = temporal_ui_url()
    if not ui:
        return task.workflow_id
    address = f"{ui.rstrip('/')}/namespaces/{settings.TEMPORAL_NAMESPACE}/workflows/{task.workflow_id}"
    return format_html('<a href="{}">{}</a>', address, _("Open workflow"))
