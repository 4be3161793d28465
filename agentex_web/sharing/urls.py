from django.urls import path

from agentex_web.sharing import views

app_name = "sharing"
urlpatterns = [
    path("tasks/<uuid:task_id>/share/", views.share, name="share"),
    path("shares/", views.shares, name="shares"),
    path("shares/<int:share_id>/revoke/", views.revoke, name="revoke"),
    path("share/<str:token>/", views.shared, name="shared"),
    path("share/<str:token>/files/<uuid:attachment_id>/", views.file, name="file"),
]
