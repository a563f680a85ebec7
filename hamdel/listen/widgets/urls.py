from __future__ import annotations

from django.urls import path

from hamdel.listen.widgets import kiosk_views, place_views, views

app_name = "widgets"
urlpatterns = [
    path("", views.widgets, name="list"),
    path("new/", views.new, name="new"),
    path("site/", views.site, name="site"),
    path("<uuid:widget_id>/", views.widget, name="widget"),
    path("<uuid:widget_id>/preview/", views.preview, name="preview"),
    path("<uuid:widget_id>/publication/", views.publication, name="publication"),
    path("<uuid:widget_id>/removal/", views.removal, name="removal"),
    path("kiosks/", kiosk_views.devices, name="devices"),
    path("kiosks/new/", kiosk_views.new_device, name="new_device"),
    path("kiosks/<uuid:device_id>/address/", kiosk_views.device_address, name="device_address"),
    path("kiosks/<uuid:device_id>/revocation/", kiosk_views.device_revocation, name="device_revocation"),
    path("places/", place_views.places, name="places"),
    path("places/new/", place_views.new_place, name="new_place"),
    path("places/<uuid:place_id>/", place_views.place, name="place"),
    path("places/<uuid:place_id>/poster/", place_views.poster, name="poster"),
    path("places/<uuid:place_id>/poster.pdf", place_views.poster_file, name="poster_file"),
    path("places/<uuid:place_id>/removal/", place_views.place_removal, name="place_removal"),
]
