from __future__ import annotations

from django.urls import path

from hamdel.measure.dashboards import metric_views, views

app_name = "dashboards"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("panels/<slug:name>/", views.panel, name="panel"),
    path("measure/metrics/", metric_views.metrics, name="metrics"),
    path("measure/metrics/<slug:key>/", metric_views.metric, name="metric"),
    path("measure/metrics/<slug:key>/planner/", metric_views.planner, name="planner"),
]
