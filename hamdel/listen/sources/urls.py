from __future__ import annotations

from django.urls import path

from hamdel.listen.sources import views

app_name = "sources"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("files/<uuid:upload_id>/", views.meaning, name="meaning"),
    path("files/<uuid:upload_id>/mapping/", views.written, name="written"),
    path("files/<uuid:upload_id>/start/", views.start, name="start"),
    path("files/<uuid:upload_id>/removal/", views.removal, name="removal"),
    path("<uuid:run_id>/", views.run, name="run"),
    path("<uuid:run_id>/refused.csv", views.refused, name="refused"),
]
