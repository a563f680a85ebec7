from __future__ import annotations

from django.urls import path

from hamdel.listen.invitations import editing, views

app_name = "invitations"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("new/", views.new, name="new"),
    path("log/", views.log, name="log"),
    path("plans/new/", editing.new_plan, name="new_plan"),
    path("plans/<uuid:plan_id>/", views.plan, name="plan"),
    path("plans/<uuid:plan_id>/edit/", editing.edit_plan, name="edit_plan"),
    path("plans/<uuid:plan_id>/list/", editing.listed, name="list"),
    path("plans/<uuid:plan_id>/state/", views.state, name="state"),
    path("plans/<uuid:plan_id>/preview/", views.previewed, name="preview"),
    path("surveys/<uuid:survey_id>/", views.funnel, name="funnel"),
]
