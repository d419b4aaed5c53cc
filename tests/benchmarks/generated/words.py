"""Common Vietnamese words that names of people and procedures are put together from."""

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE_NAMES = ("Thị", "Văn", "Minh", "Ngọc", "Thanh", "Đức", "Thu", "Quốc", "Hữu", "Hồng", "Kim", "Anh", "Gia", "Bảo")
GIVEN_NAMES = (
    *(
        "An",
        "Bình",
        "Chi",
        "Dũng",
        "Giang",
        "Hà",
        "Hạnh",
        "Hiếu",
        "Hoa",
        "Hùng",
        "Hương",
        "Khánh",
        "Lan",
        "Linh",
        "Long",
    ),
    *(
        "Mai",
        "Nam",
        "Nga",
        "Phúc",
        "Quân",
        "Quỳnh",
        "Sơn",
        "Tâm",
        "Thảo",
        "Trang",
        "Tuấn",
        "Uyên",
        "Vân",
        "Vinh",
        "Yến",
    ),
)
STREETS = ("Hoàng Diệu", "Trần Phú", "Lê Lợi", "Hai Bà Trưng", "Nguyễn Trãi", "Phan Đình Phùng", "Lý Thường Kiệt")

AREAS = (
    *(
        "Hộ tịch",
        "Chứng thực",
        "Đất đai",
        "Xây dựng",
        "Môi trường",
        "Lao động",
        "Việc làm",
        "Bảo hiểm xã hội",
        "Giáo dục",
    ),
    *(
        "Y tế",
        "Dược phẩm",
        "An toàn thực phẩm",
        "Giao thông đường bộ",
        "Đăng kiểm",
        "Thủy sản",
        "Lâm nghiệp",
        "Trồng trọt",
    ),
    *("Thú y", "Du lịch", "Di sản văn hóa", "Báo chí", "Quảng cáo", "Điện lực", "Hóa chất", "Thành lập doanh nghiệp"),
    *(
        "Đấu thầu",
        "Thuế",
        "Hải quan",
        "Luật sư",
        "Công chứng",
        "Lý lịch tư pháp",
        "Nuôi con nuôi",
        "Phòng cháy chữa cháy",
    ),
)
ACTS = (
    *("Cấp giấy phép", "Cấp lại giấy phép", "Gia hạn giấy phép", "Cấp giấy chứng nhận", "Cấp lại giấy chứng nhận"),
    *("Đăng ký", "Đăng ký thay đổi", "Đăng ký lại", "Thông báo", "Công nhận", "Thẩm định", "Phê duyệt", "Xác nhận"),
    *("Điều chỉnh", "Thu hồi", "Chuyển đổi", "Chấp thuận", "Cấp bản sao", "Bổ sung", "Miễn, giảm"),
)
OBJECTS = (
    *(
        "kết hôn có yếu tố nước ngoài",
        "khai sinh",
        "khai tử",
        "giám hộ",
        "lái xe hạng B",
        "kinh doanh vận tải bằng xe ô tô",
    ),
    *("hành nghề khám bệnh, chữa bệnh", "đủ điều kiện kinh doanh dược", "cơ sở đủ điều kiện an toàn thực phẩm"),
    *("quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất", "xây dựng nhà ở riêng lẻ", "khai thác nước dưới đất"),
    *("xả nước thải vào nguồn nước", "hoạt động của cơ sở giáo dục mầm non", "hoạt động trung tâm ngoại ngữ, tin học"),
    *("lao động là người nước ngoài", "hưởng trợ cấp thất nghiệp", "hộ kinh doanh", "thành lập doanh nghiệp tư nhân"),
    *("tàu cá", "nuôi trồng thủy sản lồng bè", "buôn bán thuốc bảo vệ thực vật", "vận chuyển hàng nguy hiểm"),
    *("quảng cáo ngoài trời", "tổ chức biểu diễn nghệ thuật", "kinh doanh dịch vụ lữ hành nội địa", "tư vấn giám sát"),
    *(
        "thiết kế công trình xây dựng hạng III",
        "hành nghề luật sư",
        "văn phòng công chứng",
        "kiểm định kỹ thuật an toàn",
    ),
    *("nhập khẩu giống cây trồng", "kiểm dịch động vật trên cạn", "phòng cháy và chữa cháy", "xuất bản bản tin"),
)
