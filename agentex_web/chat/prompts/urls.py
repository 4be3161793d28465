from django.urls import path

from agentex_web.chat.prompts import views

app_name = "prompts"
urlpatterns = [
    path("", views.prompts, name="list"),
    path("new/", views.new, name="new"),
    path("suggest", views.suggest, name="suggest"),
    path("<int:prompt_id>/", views.edit, name="edit"),
    path("<int:prompt_id>/delete/", views.delete, name="delete"),
]
