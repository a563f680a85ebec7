"""Addresses for those who are no members: scripts on other sites, kiosks, scanned codes."""

from __future__ import annotations

from django.urls import path

from hamdel.listen.widgets import kiosk_views, place_views, site_views

app_name = "widgets_public"
urlpatterns = [
    path("sdk/<str:name>", site_views.script, name="script"),
    path("sdk/v1/widgets/", site_views.widgets, name="widgets"),
    path("sdk/v1/shown/", site_views.showings, name="showings"),
    path("sdk/v1/answers/", site_views.answers, name="answers"),
    path("sdk/v1/frame/", site_views.frame, name="frame"),
    path("sdk/v1/push/", site_views.notifications, name="notifications"),
    path("k/<str:secret>/", kiosk_views.kiosk, name="kiosk"),
    path("k/<str:secret>/survey.json", kiosk_views.setup, name="kiosk_setup"),
    path("k/<str:secret>/responses/", kiosk_views.responses, name="kiosk_responses"),
    path("k/<str:secret>/worker.js", kiosk_views.worker, name="kiosk_worker"),
    path("q/<str:code>/", place_views.scan, name="scan"),
]
