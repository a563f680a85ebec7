from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "hamdel.api"
    label = "api"
