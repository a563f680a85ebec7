from __future__ import annotations

from django.urls import path

from hamdel.act.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="list"),
    path("<int:number>/", views.case, name="case"),
    path("<int:number>/notes/", views.notes, name="notes"),
    path("<int:number>/closure/", views.closure, name="closure"),
    path("<int:number>/owner/", views.owner, name="owner"),
]
