from __future__ import annotations

from django.urls import path

from hamdel.listen.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.surveys, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:survey_id>/", views.survey, name="survey"),
    path("<uuid:survey_id>/edit/", views.edit, name="edit"),
    path("<uuid:survey_id>/preview/", views.preview, name="preview"),
    path("<uuid:survey_id>/sharing/", views.sharing, name="sharing"),
    path("<uuid:survey_id>/publication/", views.publication, name="publication"),
]
