from __future__ import annotations

from django.urls import path

from hamdel.act.messages import callbacks, views

app_name = "messages"
urlpatterns = [
    path("", views.messages_log, name="log"),
    path("<uuid:message_id>/", views.message, name="message"),
    path("channels/", views.accounts, name="accounts"),
    path("channels/new/<str:name>/", views.new_account, name="new_account"),
    path("channels/<uuid:account_id>/", views.account, name="account"),
    path("channels/<uuid:account_id>/test/", views.test, name="test"),
    path("channels/<uuid:account_id>/check/", views.check, name="check"),
    path("channels/<uuid:account_id>/removal/", views.removal, name="removal"),
    path("channels/<uuid:account_id>/chats/<uuid:customer_id>/", views.chat_link, name="chat_link"),
    path("in/<str:key>/<slug:what>/", callbacks.callback, name="callback"),
    path("unsubscribe/<str:token>/", callbacks.unsubscribe, name="unsubscribe"),
]
