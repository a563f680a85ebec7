from __future__ import annotations

from django.urls import path

from hamdel.listen.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("<uuid:import_id>/", views.report, name="import"),
    path("surveys/<uuid:survey_id>/surveyjs.json", views.export, name="export"),
]
