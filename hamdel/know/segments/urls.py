from django.urls import path

from hamdel.know.segments import views

app_name = "segments"
urlpatterns = [
    path("", views.segments, name="list"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview_of_draft, name="preview"),
    path("<uuid:segment_id>/", views.segment, name="segment"),
    path("<uuid:segment_id>/count/", views.count, name="count"),
    path("<uuid:segment_id>/edit/", views.edit, name="edit"),
    path("<uuid:segment_id>/deletion/", views.deletion, name="deletion"),
]
