from django.urls import path

from agentex_web.chat.schedules import actions, pages

app_name = "schedules"
urlpatterns = [
    path("", pages.schedules, name="list"),
    path("new/", actions.new, name="new"),
    path("preview/", pages.preview, name="preview"),
    path("<uuid:schedule_id>/", pages.schedule, name="schedule"),
    path("<uuid:schedule_id>/edit/", actions.edit, name="edit"),
    path("<uuid:schedule_id>/run/", actions.run_now, name="run"),
    path("<uuid:schedule_id>/pause/", actions.pause, name="pause"),
    path("<uuid:schedule_id>/skip/", actions.skip, name="skip"),
    path("<uuid:schedule_id>/delete/", actions.delete, name="delete"),
]
