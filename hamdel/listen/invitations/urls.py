from __future__ import annotations

from django.urls import path

from hamdel.listen.invitations import views

app_name = "invitations"
urlpatterns = [path("", views.new, name="plans"), path("new/", views.new, name="new")]
