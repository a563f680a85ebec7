from __future__ import annotations

from django.urls import path

from hamdel.ground.access import views

app_name = "access"
urlpatterns = [
    path("", views.general, name="general"),
    path("hours/", views.hours, name="hours"),
    path("members/", views.members, name="members"),
    path("members/<uuid:member_id>/", views.member, name="member"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revocation/", views.revocation, name="revocation"),
    path("audit/", views.audit, name="audit"),
    path("workspace/", views.workspace, name="workspace"),
    path("login/<str:secret>/", views.login_link, name="login_link"),
]
