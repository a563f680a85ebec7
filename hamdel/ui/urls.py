from django.urls import path

from hamdel.ui import views

app_name = "ui"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("respond/", views.gallery_respond, name="gallery_respond"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
