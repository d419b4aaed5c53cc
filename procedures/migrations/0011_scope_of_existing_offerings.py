"""What the offerings of before claim in the vocabulary of NĐ 42/2022/NĐ-CP, from what this portal did at their level.

No blind map: until now no step could force presence, level 4 paid online and returned results online or by post, so it
was "toàn trình"; level 3 returned results at the desk alone, so it was "một phần". Whoever knows better opens a new period.
"""

import pgtrigger
from django.db import migrations


def claim(apps, schema_editor):
    offerings = apps.get_model("procedures", "ServiceOffering").objects
    with pgtrigger.ignore("procedures.ServiceOffering:offering_period_frozen"):
        offerings.filter(level=4).update(scope="full")
        offerings.filter(level=3).update(scope="partial")


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_dated_offerings_and_roadmap")]

    operations = [migrations.RunPython(claim, migrations.RunPython.noop)]
