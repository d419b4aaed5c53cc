from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    name = "procedures"
    label = "procedures"
    verbose_name = _("Thủ tục hành chính")

    def ready(self) -> None:
        """Hand the forms the tables they ask: the form engine itself knows no model."""
        # Models exist from here on only.
        from procedures.form_definitions import sources
        from procedures.selectors.form_sources import StoredAgencies, StoredUnits

        sources.set_unit_source(StoredUnits())
        sources.set_agency_source(StoredAgencies())
