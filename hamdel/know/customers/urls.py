from __future__ import annotations

from django.urls import path

from hamdel.know.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customers, name="list"),
    path("<uuid:customer_id>/", views.customer, name="customer"),
    path("<uuid:customer_id>/merges/", views.merges, name="merges"),
    path("merges/<uuid:merge_id>/undoing/", views.undoing, name="undoing"),
]
