"""The mail services we can be told to use, each with Anymail's backend and webhook."""

from __future__ import annotations

from dataclasses import dataclass, field

SMTP = "smtp"


@dataclass(frozen=True)
class Provider:
    """A service of Anymail. `options` name our settings by Anymail's; `hook` is its tracking view."""

    label: str
    backend: str
    options: dict[str, str]
    hook: str
    hook_options: dict[str, str] = field(default_factory=dict)


PROVIDERS = {
    "postmark": Provider(
        "Postmark", "postmark", {"server_token": "api_key"}, "postmark.PostmarkTrackingWebhookView"
    ),
    "mailgun": Provider(
        "Mailgun",
        "mailgun",
        {"api_key": "api_key", "sender_domain": "sender_domain"},
        "mailgun.MailgunTrackingWebhookView",
        {"webhook_signing_key": "webhook_key"},
    ),
    "brevo": Provider("Brevo", "brevo", {"api_key": "api_key"}, "brevo.BrevoTrackingWebhookView"),
    "sendgrid": Provider(
        "SendGrid", "sendgrid", {"api_key": "api_key"}, "sendgrid.SendGridTrackingWebhookView"
    ),
    "resend": Provider(
        "Resend",
        "resend",
        {"api_key": "api_key"},
        "resend.ResendTrackingWebhookView",
        {"signing_secret": "webhook_key"},
    ),
}
