"""The categories of Luật Phí và lệ phí 97/2015/QH13, điều 10; a short list to begin with, edited in admin from then on."""

from django.db import migrations

_LAW = "Luật Phí và lệ phí 97/2015/QH13, điều 10"
_CATEGORIES = [
    ("ho-ngheo", "Người thuộc hộ nghèo", "Giấy chứng nhận hộ nghèo còn thời hạn."),
    ("nguoi-co-cong", "Người có công với cách mạng", "Giấy xác nhận hoặc thẻ người có công, thương binh."),
    ("tre-em", "Trẻ em", "Giấy khai sinh hoặc số định danh của trẻ dưới 16 tuổi."),
    ("nguoi-cao-tuoi", "Người cao tuổi", "Giấy tờ ghi ngày sinh của người từ đủ 60 tuổi."),
    ("nguoi-khuyet-tat", "Người khuyết tật", "Giấy xác nhận khuyết tật."),
    (
        "dan-toc-thieu-so",
        "Đồng bào dân tộc thiểu số ở xã đặc biệt khó khăn",
        "Xác nhận nơi cư trú ở xã có điều kiện kinh tế - xã hội đặc biệt khó khăn.",
    ),
]


def add(apps, schema_editor):
    category = apps.get_model("procedures", "ReliefCategory")
    for order, (key, name, proof) in enumerate(_CATEGORIES, start=1):
        category.objects.get_or_create(
            key=key, defaults={"name": name, "proof": proof, "legal_basis": _LAW, "order": order}
        )


class Migration(migrations.Migration):
    dependencies = [("procedures", "0300_fee_rules")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
