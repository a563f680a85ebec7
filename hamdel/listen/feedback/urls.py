from __future__ import annotations

from django.urls import path

from hamdel.listen.feedback import views, webhooks

app_name = "feedback"
urlpatterns = [
    path("", views.inboxes, name="inboxes"),
    path("new/<str:name>/", views.new, name="new"),
    path("<uuid:inbox_id>/", views.inbox, name="inbox"),
    path("<uuid:inbox_id>/secret/", views.secret, name="secret"),
    path("<uuid:inbox_id>/state/", views.state, name="state"),
    path("<uuid:inbox_id>/mailbox/", views.mailbox, name="mailbox"),
    path("<uuid:inbox_id>/reading/", views.reading, name="reading"),
    path("deliveries/<uuid:delivery_id>/retry/", views.retry, name="retry"),
    path("notes/<uuid:customer_id>/", views.note, name="note"),
    path("in/<str:key>/", webhooks.delivery, name="delivery"),
]
