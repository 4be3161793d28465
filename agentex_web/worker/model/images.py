"""Keeps generated images out of Temporal, whose payloads are limited to 2 MB: they are stored as files.

In the response that goes to the workflow, an image is replaced by the id of the message that shows it. The
image is put back before the next model call.
"""

import uuid
from typing import Any

from openai.types.responses import Response

from agentex_web.tasks import pictures
from agentex_web.tasks.threads import in_database
from agentex_web.worker.model.call import Call
from agentex_web.worker.model.drafts import opened_by

PREFIX = "agentex-image:"


def without_images(response: Response, call: Call) -> Response:
    """The response with each image replaced by a reference to the message that shows it."""
    for index, item in enumerate(response.output):
        if item.type == "image_generation_call" and item.result:
            item.result = f"{PREFIX}{call.message_id(opened_by(item, index))}"
    return response


async def with_images(items: Any) -> Any:
    """Returns the input with its images put back. The result of an image that is gone becomes None."""
    if not isinstance(items, list):
        return items
    references = [item for item in items if str(_field(item, "result") or "").startswith(PREFIX)]
    if not references:
        return items
    found = await in_database(
        pictures.first_of, [uuid.UUID(item["result"].removeprefix(PREFIX)) for item in references]
    )
    return [
        {**item, "result": found.get(item["result"].removeprefix(PREFIX))} if item in references else item
        for item in items
    ]


def _field(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, dict) else None
