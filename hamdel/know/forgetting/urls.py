from __future__ import annotations

from django.urls import path

from hamdel.know.forgetting import views

app_name = "forgetting"
urlpatterns = [
    path("", views.erasures, name="erasures"),
    path("<uuid:customer_id>/", views.erasing, name="erasing"),
    path("<uuid:customer_id>/everything.json", views.everything, name="everything"),
]
