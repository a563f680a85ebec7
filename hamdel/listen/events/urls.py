from __future__ import annotations

from django.urls import path

from hamdel.listen.events import views

app_name = "events"
urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/<uuid:source_id>/state/", views.source_state, name="source_state"),
    path("quarantine/", views.quarantine, name="quarantine"),
    path("quarantine/release/", views.release, name="release"),
]
