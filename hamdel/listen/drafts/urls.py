from __future__ import annotations

from django.urls import path

from hamdel.listen.drafts import pictures, views, whole

app_name = "drafts"
urlpatterns = [
    path("<uuid:survey_id>/", views.editor, name="editor"),
    path("<uuid:survey_id>/preview/", views.preview, name="preview"),
    path("<uuid:survey_id>/steps/", views.steps, name="steps"),
    path("<uuid:survey_id>/questions/", views.questions, name="questions"),
    path("<uuid:survey_id>/questions/<slug:key>/", views.question, name="question"),
    path("<uuid:survey_id>/questions/<slug:key>/deed/", views.question_deed, name="question_deed"),
    path("<uuid:survey_id>/pictures/<path:address>/", pictures.picture, name="picture"),
    path("<uuid:survey_id>/pages/", views.pages, name="pages"),
    path("<uuid:survey_id>/pages/<slug:key>/", views.page, name="page"),
    path("<uuid:survey_id>/pages/<slug:key>/deed/", views.page_deed, name="page_deed"),
    path("<uuid:survey_id>/parts/", views.parts, name="parts"),
    path("<uuid:survey_id>/rules/<path:address>/", views.rule, name="rule"),
    path("<uuid:survey_id>/branches/<slug:key>/", views.branches, name="branches"),
    path("<uuid:survey_id>/settings/", whole.settings, name="settings"),
    path("<uuid:survey_id>/translations/", whole.translations, name="translations"),
    path("<uuid:survey_id>/publication/", whole.publication, name="publication"),
]
