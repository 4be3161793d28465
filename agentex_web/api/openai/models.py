"""What is remembered of the messages that came through OpenAI's interface."""

from django.db import models

from agentex_web.accounts.models import ApiKey
from agentex_web.tasks.models import Turn
from agentex_web.tasks.models.fields import Json


class Exchange(models.Model):
    """A turn that a request began. A later request is recognised by it.

    Clients of Chat Completions send the whole conversation with each message and name no chat.
    """

    turn = models.OneToOneField(Turn, models.CASCADE, primary_key=True, related_name="exchange")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, blank=True, related_name="+")
    conversation = models.CharField(
        max_length=64, help_text="A SHA-256 of the conversation up to the turn's message, as it was sent."
    )
    system = models.CharField(
        max_length=64, blank=True, help_text="A SHA-256 of the instructions that came with it; empty if none."
    )
    request = models.CharField(
        max_length=64, help_text="A SHA-256 of the request, to recognise a repeated one."
    )
    given = Json(default=dict, blank=True, help_text="What a response repeats: metadata, background.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(fields=("key", "conversation", "-created_at"), name="exchange_conversation"),
            models.Index(fields=("key", "request", "-created_at"), name="exchange_request"),
        )

    def __str__(self) -> str:
        return str(self.pk)
