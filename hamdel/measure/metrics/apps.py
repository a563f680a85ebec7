from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MetricsConfig(AppConfig):
    name = "hamdel.measure.metrics"
    label = "metrics"
    verbose_name = _("Metrics")

    def ready(self) -> None:
        from hamdel.listen.surveys.scoring import reckon_scores_by
        from hamdel.measure.metrics.survey_scores import survey_score

        reckon_scores_by(survey_score)  # type: ignore[arg-type]  # a frozen row fits the protocol of a score
