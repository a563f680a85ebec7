from __future__ import annotations

from django.urls import path

from hamdel.listen.library import views

app_name = "library"
urlpatterns = [
    path("", views.library, name="library"),
    path("new/", views.blank, name="blank"),
    path("<slug:key>/", views.ready, name="ready"),
    path("<slug:key>/preview/", views.preview, name="preview"),
]
