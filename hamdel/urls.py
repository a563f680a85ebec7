"""Every address of the product: each slice lists its own in `urls.py`, under the name of its shelf."""

from __future__ import annotations

from django.urls import include, path

from hamdel.settings import present

# Mount point of each slice. A slice that is not there yet is simply left out.
PAGES = {
    "": "hamdel.measure.dashboards.urls",
    "ui/": "hamdel.ui.urls",
    "settings/": "hamdel.ground.access.urls",
    "know/customers/": "hamdel.know.customers.urls",
    "listen/": "hamdel.listen.events.urls",
    "listen/imports/": "hamdel.listen.sources.urls",
    "listen/surveys/": "hamdel.listen.surveys.urls",
    "listen/drafts/": "hamdel.listen.drafts.urls",
    "listen/library/": "hamdel.listen.library.urls",
    "listen/exchange/": "hamdel.listen.exchange.urls",
    "listen/results/": "hamdel.listen.results.urls",
    "listen/invitations/": "hamdel.listen.invitations.urls",
    "listen/widgets/": "hamdel.listen.widgets.urls",
    "listen/feedback/": "hamdel.listen.feedback.urls",
    "know/forgetting/": "hamdel.know.forgetting.urls",
    "know/segments/": "hamdel.know.segments.urls",
    "act/contacts/": "hamdel.act.contacts.urls",
    "act/messages/": "hamdel.act.messages.urls",
    "files/": "hamdel.ground.files.urls",
    "act/cases/": "hamdel.act.cases.urls",
    "api/": "hamdel.api.urls",
}


urlpatterns = [
    path("accounts/", include("hamdel.ground.access.account_urls")),
    path("", include("hamdel.listen.surveys.public_urls")),
    *[path("", include(module)) for module in ["hamdel.listen.widgets.public_urls"] if present(module)],
    *[path(prefix, include(module)) for prefix, module in PAGES.items() if present(module)],
]
