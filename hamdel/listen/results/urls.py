from __future__ import annotations

from django.urls import path

from hamdel.listen.results import export_views, shared_views, views

app_name = "results"
urlpatterns = [
    path("<uuid:survey_id>/", views.results, name="results"),
    path("<uuid:survey_id>/texts/<slug:key>/", views.written, name="texts"),
    path("<uuid:survey_id>/crossing/", views.crossing, name="crossing"),
    path("<uuid:survey_id>/responses/", views.responses, name="responses"),
    path("<uuid:survey_id>/responses/<uuid:response_id>/", views.response, name="response"),
    path("<uuid:survey_id>/export/<slug:form>/", export_views.export, name="export"),
    path("<uuid:survey_id>/files/", export_views.exports, name="exports"),
    path("<uuid:survey_id>/files/<uuid:export_id>/", export_views.prepared, name="prepared"),
    path("<uuid:survey_id>/files/<uuid:export_id>/removal/", export_views.removal, name="removal"),
    path("<uuid:survey_id>/links/", shared_views.links, name="links"),
    path("<uuid:survey_id>/links/<uuid:link_id>/revocation/", shared_views.revocation, name="revocation"),
    path("shared/<str:secret>/", shared_views.shared, name="shared"),
]
