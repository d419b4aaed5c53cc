from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0210_wrong_amount'),
    ]

    operations = [
        migrations.CreateModel(
            name="StatementWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("vnpay", "VNPAY"),
                            ("national", "Nền tảng thanh toán quốc gia"),
                            ("bank", "Ngân hàng"),
                        ],
                        max_length=16,
                        verbose_name="sao kê của",
                    ),
                ),
                (
                    "meaning",
                    models.CharField(
                        choices=[
                            ("day", "ngày giao dịch"),
                            ("hour", "giờ giao dịch"),
                            ("credit", "ghi có"),
                            ("debit", "ghi nợ"),
                            ("amount", "số tiền"),
                            ("direction", "nợ hay có"),
                            ("kind", "loại giao dịch"),
                            ("status", "trạng thái"),
                            ("text", "nội dung"),
                            ("number", "mã giao dịch"),
                            ("reference", "mã tham chiếu"),
                            ("terminal", "mã điểm bán"),
                            ("balance", "số dư"),
                            ("is_in", "trong ô: tiền vào"),
                            ("is_out", "trong ô: tiền ra"),
                            ("is_payment", "trong ô: thanh toán"),
                            ("is_refund", "trong ô: hoàn tiền"),
                            ("is_done", "trong ô: thành công"),
                            ("is_not_done", "trong ô: không thành công hoặc chưa xong"),
                        ],
                        help_text="Tên của cột nào; hoặc, với “trong ô”, điều mà từ này nói trong ô.",
                        max_length=16,
                        verbose_name="nghĩa",
                    ),
                ),
                (
                    "word",
                    models.CharField(
                        help_text="Như tệp ghi. Dấu, chữ hoa và phần trong ngoặc không quan trọng.",
                        max_length=80,
                        verbose_name="từ trong tệp",
                    ),
                ),
                ("folded", models.CharField(editable=False, max_length=80)),
            ],
            options={
                "verbose_name": "từ trong sao kê",
                "verbose_name_plural": "từ trong sao kê",
                "ordering": ["source", "meaning", "folded"],
            },
        ),
        migrations.AddConstraint(
            model_name="statementword",
            constraint=models.UniqueConstraint(
                fields=("source", "meaning", "folded"),
                name="statement_word_once_per_meaning",
                violation_error_message="Từ này đã được khai với nghĩa ấy.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementword",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["vnpay", "national", "bank"])), name="statement_word_source_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementword",
            constraint=models.CheckConstraint(
                condition=models.Q(("meaning__in", ["day", "hour", "credit", "debit", "amount", "direction", "kind", "status", "text", "number", "reference", "terminal", "balance", "is_in", "is_out", "is_payment", "is_refund", "is_done", "is_not_done"])), name="statement_word_meaning_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="statementword",
            constraint=models.CheckConstraint(
                condition=models.Q(("folded", ""), _negated=True), name="statement_word_says_something"
            ),
        ),
    ]
