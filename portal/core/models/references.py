"""Counters behind public numbers: one row per series, advanced under its row lock (PITFALLS 26, 31)."""

from django.db import models


class ReferenceCounter(models.Model):
    """The last number given out in a series, for example `dossier:H36.14:2026-04-22`."""

    series = models.CharField(max_length=120, primary_key=True)
    last_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = "bộ đếm mã số"
        verbose_name_plural = "bộ đếm mã số"

    def __str__(self) -> str:
        return f"{self.series}: {self.last_number}"
