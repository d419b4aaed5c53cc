from django.db import migrations, models

import procedures.validators


class Migration(migrations.Migration):
    dependencies = [('procedures', '0390_result_templates')]

    operations = [
        migrations.AddField(
            model_name="requireddocument",
            name="paper_kinds",
            field=models.JSONField(
                blank=True,
                db_default=[],
                default=list,
                help_text=(
                    "Mã các loại giấy tờ trong kho đáp ứng yêu cầu này, cách nhau bằng dấu phẩy. Người có giấy tờ đó còn "
                    "hiệu lực được đề nghị dùng lại, không phải nộp."
                ),
                validators=[procedures.validators.validate_paper_codes],
                verbose_name="giấy tờ thay được",
            ),
        ),
    ]
