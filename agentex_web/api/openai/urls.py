from django.urls import path

from agentex_web.api.openai import agents, chat_completions, responses
from agentex_web.api.openai.endpoint import unknown

app_name = "openai"
urlpatterns = [
    path("models", agents.models, name="models"),
    path("models/<str:name>", agents.model, name="model"),
    path("responses", responses.responses, name="responses"),
    path("responses/<str:response_id>", responses.response, name="response"),
    path("responses/<str:response_id>/cancel", responses.cancel, name="cancel"),
    path("responses/<str:response_id>/input_items", responses.input_items, name="input_items"),
    path("chat/completions", chat_completions.completions, name="completions"),
    path("", unknown, name="root"),
    path("<path:rest>", unknown, name="unknown"),
]
