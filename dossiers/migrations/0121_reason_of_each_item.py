"""The one reason of an old request becomes the reason of each of its items; an unanswered one gets its copy."""

from typing import Any

from django.db import migrations, transaction

BATCH = 2000
# A request that named nothing asked for something in words alone.
WHAT_WAS_NOT_NAMED = "Nội dung cần bổ sung"
# What the law never allowed, and a database of before the rule may hold.
NO_REASON = "Không ghi lý do"


def give_reasons(apps: Any, schema_editor: Any) -> None:
    request_model = apps.get_model("dossiers", "SupplementRequest")
    item_model = apps.get_model("dossiers", "SupplementItem")
    last = 0
    while True:
        with transaction.atomic(using=schema_editor.connection.alias):
            requests = list(request_model.objects.filter(pk__gt=last).order_by("pk").select_related("dossier")[:BATCH])
            if not requests:
                return
            last = requests[-1].pk
            with_items = set(item_model.objects.filter(request__in=requests).values_list("request_id", flat=True))
            item_model.objects.bulk_create(
                item_model(request=request, what=WHAT_WAS_NOT_NAMED, reason=request.reason.strip() or NO_REASON)
                for request in requests
                if request.pk not in with_items
            )
            for request in requests:
                if request.pk in with_items:
                    item_model.objects.filter(request=request).update(reason=request.reason.strip() or NO_REASON)
                if request.answered_at is None:
                    request.answers = request.dossier.answers
                    request.due_before = request.dossier.due_at
                    request.save(update_fields=["answers", "due_before"])


def give_one_reason_back(apps: Any, schema_editor: Any) -> None:
    """The reasons of the items, one a line; what was asked in words alone has no item again."""
    request_model = apps.get_model("dossiers", "SupplementRequest")
    item_model = apps.get_model("dossiers", "SupplementItem")
    for request in request_model.objects.iterator(chunk_size=BATCH):
        reasons = dict.fromkeys(item_model.objects.filter(request=request).order_by("pk").values_list("reason", flat=True))
        request.reason = "\n".join(reasons)
        request.save(update_fields=["reason"])
    item_model.objects.filter(component=None, what=WHAT_WAS_NOT_NAMED, field_key="").delete()


class Migration(migrations.Migration):
    # In batches, each a transaction of its own.
    atomic = False

    dependencies = [('dossiers', '0120_supplement_items')]

    operations = [migrations.RunPython(give_reasons, give_one_reason_back)]
