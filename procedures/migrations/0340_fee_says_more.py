from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0301_relief_categories'),
    ]

    operations = [
        migrations.AlterField(
            model_name='reviewflag',
            name='code',
            field=models.CharField(choices=[('term_missing', 'Thiếu thời hạn'), ('term_without_unit', 'Thời hạn không có đơn vị'), ('term_implausible', 'Thời hạn khó tin'), ('fee_missing', 'Thiếu phí, lệ phí'), ('fee_thousandfold', 'Mức phí có thể thiếu ba số 0'), ('fee_free_with_amount', 'Ghi miễn phí nhưng có số tiền'), ('fee_unreadable', 'Không đọc được mức phí'), ('fee_implausible', 'Mức phí khó tin'), ('fee_says_more', 'Lời ghi kèm nói thêm hoặc nói khác về mức phí'), ('channel_duplicate', 'Cách nộp bị lặp'), ('channel_several_terms', 'Một cách nộp có nhiều thời hạn hoặc mức phí'), ('channel_unknown', 'Cách nộp không rõ'), ('channel_missing', 'Không có cách nộp nào'), ('legal_basis_missing', 'Thiếu căn cứ pháp lý'), ('agency_missing', 'Thiếu cơ quan giải quyết'), ('documents_missing', 'Thiếu thành phần hồ sơ'), ('copies_implausible', 'Số bản giấy tờ khó tin'), ('result_missing', 'Thiếu kết quả'), ('steps_missing', 'Thiếu trình tự thực hiện'), ('subject_unknown', 'Đối tượng thực hiện không rõ'), ('level_unknown', 'Cấp thực hiện không rõ'), ('text_shortened', 'Nội dung quá dài, đã cắt bớt')], max_length=24, verbose_name='vấn đề'),
        ),
    ]
