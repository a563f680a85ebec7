from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "hamdel.measure.dashboards"
    label = "dashboards"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from hamdel.ground.access.permissions import Permission
        from hamdel.measure.dashboards import overview  # noqa: F401  registers its panels
        from hamdel.ui import navigation

        navigation.entry(
            shelf="overview",
            url_name="dashboards:overview",
            label=_("Overview"),
            icon="home",
            order=0,
            permission=Permission.SEE_SCORES,
        )
        navigation.entry(
            shelf="measure",
            url_name="dashboards:metrics",
            label=_("Scores"),
            icon="chart",
            order=10,
            permission=Permission.SEE_SCORES,
        )
