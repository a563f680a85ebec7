from __future__ import annotations

from django.urls import path

from hamdel.ground.files import views

app_name = "files"
urlpatterns = [path("<str:public_id>", views.file, name="file")]
