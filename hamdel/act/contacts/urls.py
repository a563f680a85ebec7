from django.urls import path

from hamdel.act.contacts import views

app_name = "contacts"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("policy/", views.policy, name="policy"),
    path("customers/<uuid:customer_id>/", views.customer, name="customer"),
    path("customers/<uuid:customer_id>/words/", views.words, name="words"),
    path("customers/<uuid:customer_id>/unsubscriptions/", views.unsubscriptions, name="unsubscriptions"),
    path("customers/<uuid:customer_id>/addresses/", views.addresses, name="addresses"),
]
