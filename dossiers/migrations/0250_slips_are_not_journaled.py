from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0240_escalation_about_a_handoff'),
    ]

    operations = [
        migrations.AlterField(
            model_name='journalentry',
            name='act',
            field=models.CharField(choices=[('submit', 'Nộp hồ sơ'), ('receive', 'Tiếp nhận hồ sơ'), ('refuse_intake', 'Từ chối tiếp nhận'), ('start_processing', 'Bắt đầu xử lý'), ('request_supplement', 'Yêu cầu bổ sung'), ('answer_supplement', 'Bổ sung hồ sơ'), ('request_payment', 'Yêu cầu nộp phí, lệ phí'), ('request_obligation', 'Yêu cầu nộp nghĩa vụ tài chính'), ('resume_after_payment', 'Đã nộp đủ phí, lệ phí'), ('withdraw', 'Rút hồ sơ'), ('stop', 'Dừng xử lý'), ('resolve', 'Ký kết quả'), ('hand_over_result', 'Trả kết quả'), ('deliver_result_online', 'Trả kết quả điện tử'), ('undo', 'Hoàn tác'), ('assign', 'Phân công'), ('pass_on', 'Bàn giao'), ('confirm_pass_on', 'Nhận bàn giao'), ('complete_step', 'Xong một bước'), ('return_for_rework', 'Trả lại làm tiếp'), ('open_handoff', 'Chuyển cơ quan phối hợp'), ('receive_handoff', 'Cơ quan phối hợp tiếp nhận'), ('answer_handoff', 'Cơ quan phối hợp trả lời'), ('refuse_handoff', 'Cơ quan phối hợp từ chối'), ('recall_handoff', 'Thôi lấy ý kiến'), ('propose_supplement_exception', 'Đề nghị yêu cầu bổ sung thêm một lần'), ('decline_supplement_exception', 'Không cho yêu cầu bổ sung thêm'), ('recount_due', 'Tính lại ngày hẹn trả'), ('propose_reschedule', 'Đề nghị xin lỗi và hẹn lại'), ('reschedule', 'Xin lỗi và hẹn lại ngày trả'), ('escalate', 'Báo lên cấp trên'), ('transfer', 'Chuyển sang cơ quan kế thừa'), ('digitise', 'Số hóa giấy tờ')], max_length=32, verbose_name='việc'),
        ),
    ]
