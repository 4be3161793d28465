from django.urls import path

from agentex_web.chat import actions, answers, attempts, branching, decisions, files, pages, search

app_name = "chat"
urlpatterns = [
    path("", pages.home, name="home"),
    path("banner/", pages.banner, name="banner"),
    path("sidebar/", pages.sidebar, name="sidebar"),
    path("search/", search.search, name="search"),
    path("search/suggest", search.suggest, name="suggest"),
    path("healthz", pages.healthz, name="healthz"),
    path("attachments/", files.upload, name="upload"),
    path("attachments/<uuid:attachment_id>/", files.file, name="attachment"),
    path("attachments/<uuid:attachment_id>/encoding/", files.encoding, name="encoding"),
    path("attachments/<uuid:attachment_id>/remove/", files.remove, name="remove_attachment"),
    path("tasks/", actions.create, name="create"),
    path("tasks/<uuid:task_id>/", pages.task, name="task"),
    path("tasks/<uuid:task_id>/conversation/", pages.conversation, name="conversation"),
    path("tasks/<uuid:task_id>/messages/", actions.send, name="send"),
    path("tasks/<uuid:task_id>/messages/<uuid:message_id>/", pages.message, name="message"),
    path("tasks/<uuid:task_id>/approvals/<uuid:wait_id>/", decisions.approval, name="approval"),
    path("tasks/<uuid:task_id>/stop/", actions.stop, name="stop"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/retry/", branching.retry, name="retry"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/details/", answers.details, name="details"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/feedback/", answers.feedback, name="feedback"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/source/", answers.source, name="source"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/edit/", branching.edit, name="edit"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/show/", branching.show, name="show"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/attempt/", attempts.attempt, name="attempt"),
    path("tasks/<uuid:task_id>/turns/<uuid:turn_id>/withdraw/", actions.withdraw, name="withdraw"),
]
