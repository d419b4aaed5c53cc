"""`manage.py load_demo_articles`: guides and announcements of the demonstration; what an editor changed is kept."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from portal.core import clock
from portal.site.models import Article

FOLDER = Path(__file__).resolve().parents[2] / "demo_articles"


class Command(BaseCommand):
    help = "Loads demonstration guides and announcements that are not there yet. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        created = 0
        for path in sorted(FOLDER.glob("*.json")):
            values = json.loads(path.read_text(encoding="utf-8"))
            _article, is_new = Article.objects.get_or_create(
                slug=path.stem, defaults={"public_from": clock.now(), **values}
            )
            created += is_new
        self.stdout.write(f"{created} articles loaded")
