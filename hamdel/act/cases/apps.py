from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "hamdel.act.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from hamdel.act.cases import reactions  # noqa: F401  registers itself
        from hamdel.act.cases.overview import open_cases
        from hamdel.act.cases.queries import open_cases_of, with_open_cases
        from hamdel.act.contacts.registers import register_refuser
        from hamdel.ground.access.permissions import Permission
        from hamdel.know.customers.panels import panel
        from hamdel.measure.dashboards.panels import register
        from hamdel.ui import navigation

        register_refuser("open_case", with_open_cases, label=_("The customer has an open case"))
        panel("cases/panel.html", open_cases_of, order=10, urgent=True)
        register(
            "cases",
            _("Open cases"),
            "cases/overview.html",
            open_cases,
            order=65,
            permission=Permission.SEE_CASES,
        )
        navigation.entry(
            shelf="act",
            url_name="cases:list",
            label=_("Cases"),
            icon="case",
            order=10,
            permission=Permission.SEE_CASES,
        )
