from django.urls import path

from agentex_web.transfer import import_views, views

app_name = "transfer"
urlpatterns = [
    path("import/", import_views.imports, name="import"),
    path("import/<uuid:import_id>/", import_views.state, name="import-state"),
    path("import/<uuid:import_id>/stop/", import_views.stop, name="import-stop"),
    path("tasks/<uuid:task_id>/export/", views.export, name="export"),
    path("tasks/<uuid:task_id>/export/markdown/", views.markdown, name="markdown"),
    path("tasks/<uuid:task_id>/export/json/", views.json_export, name="json"),
    path("tasks/<uuid:task_id>/print/", views.print_view, name="print"),
]
