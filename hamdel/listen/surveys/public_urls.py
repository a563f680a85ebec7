"""Addresses that respondents open. Short, because they travel in SMS."""

from __future__ import annotations

from django.urls import path

from hamdel.listen.surveys import answering

app_name = "answering"
urlpatterns = [
    path("s/<str:secret>/", answering.open_page, name="open"),
    path("r/<str:secret>/", answering.response_page, name="response"),
    path("i/<str:secret>/", answering.personal_page, name="personal"),
]
