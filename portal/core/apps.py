from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    verbose_name = _("Nền tảng")

    def ready(self) -> None:
        """Register every app's outbox handlers: whoever publishes must know all of them, or a delivery would be missing."""
        for config in apps.get_app_configs():
            module = f"{config.name}.event_handlers"
            if find_spec(module) is not None:
                import_module(module)
