"""What people of the journeys declare: typed into the forms as a person would, field by field."""

from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.documents.sample_files import picture


@dataclass(frozen=True)
class Person:
    """Somebody new: nobody of the demonstration's cast."""

    name: str
    email: str
    id_number: str
    born_on: str
    sex: str
    phone: str
    address: str


@dataclass(frozen=True)
class Declaration:
    """Sections in the order of the task list; `uploads`: file names for the required documents, in their order."""

    procedure_code: str
    procedure_name: str
    sections: tuple[dict[str, str], ...]
    uploads: tuple[str, ...] = ()
    delivery: str = ""
    wrong: dict[str, str] = field(default_factory=dict)


MAI = Person(
    name="Võ Thị Mai",
    email="mai.vo@example.com",
    id_number="068190003457",
    born_on="08/03/1990",
    sex="female",
    phone="0912345671",
    address="25 Trần Hưng Đạo, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
)
NAM = Person(
    name="Bùi Hải Nam",
    email="nam.bui@example.com",
    id_number="068088005123",
    born_on="17/11/1988",
    sex="male",
    phone="0987654328",
    address="3 Hai Bà Trưng, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
)
# As in portal/site/demo_cast.py.
AN = Person(
    name="Nguyễn Thị An",
    email="an@example.com",
    id_number="068196004312",
    born_on="12/09/1996",
    sex="female",
    phone="0983512604",
    address="18/4 Hoàng Diệu, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
)
LE_CHI = Person(
    name="Lê Thị Chi",
    email="chi@example.com",
    id_number="068301002277",
    born_on="04/03/2001",
    sex="female",
    phone="0905118230",
    address="7 Phan Đình Phùng, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
)
VINH = Person(
    name="Nguyễn Quang Vinh",
    email="vinh@example.com",
    id_number="068085001736",
    born_on="20/06/1985",
    sex="male",
    phone="0913456027",
    address="42 Nguyễn Công Trứ, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
)
COMPANY, COMPANY_TAX_CODE = "Công ty TNHH Hoa Dã Quỳ", "5801243155"
CHI = LE_CHI.email
BINH, QUAN, DUNG = "binh@example.com", "quan@example.com", "dung@example.com"
LAN, YEN = "lan@example.com", "yen@example.com"
ADMINISTRATOR = "quantri@example.com"


def new_licence(person: Person) -> Declaration:
    """Level 4, 135.000 đ paid on request: exchange of a driving licence."""
    return Declaration(
        procedure_code="3.000347",
        procedure_name="Đổi giấy phép lái xe",
        sections=(
            identity(person),
            {
                "licence_number": "680190012345",
                "licence_class": "B",
                "issued_on": "01/06/2016",
                "reason": "other",
                "reason_detail": "Giấy phép cũ bị nhòe mặt trước sau trận mưa, không còn đọc được số.",
                "issued_by": "H36.14",
                "portrait": "anh-chan-dung.jpg",
            },
            {"never_revoked": "yes", "health_number": "GKSK-2026-118"},
        ),
        uploads=("Giấy khám sức khỏe.pdf", "giay-phep-cu.pdf"),
        delivery="online",
        wrong={"born_on": "31/02/1990", "phone": "12345"},
    )


def lost_licence(person: Person) -> Declaration:
    """Level 4, five working days, one document: a lost driving licence."""
    return Declaration(
        procedure_code="3.000348",
        procedure_name="Cấp lại giấy phép lái xe",
        sections=(
            identity(person),
            {"licence_number": "680160054321", "licence_class": "A1", "issued_on": "20/05/2016", "reason": "lost"},
            {"never_revoked": "yes"},
        ),
        uploads=("giay-kham-suc-khoe.pdf",),
        delivery="online",
    )


def single_status(person: Person) -> Declaration:
    """Level 3, 15.000 đ paid when the result is fetched: certificate of marital status."""
    return Declaration(
        procedure_code="1.004873",
        procedure_name="Cấp giấy xác nhận tình trạng hôn nhân",
        sections=(
            identity(person),
            {"marital_status": "single", "purpose": "marriage", "partner_name": "Lưu Quang Huy"},
        ),
        delivery="desk",
    )


def household_business(person: Person) -> Declaration:
    """Level 4, 150.000 đ (filed online, half of it until the end of 2027) paid on request, nothing to upload."""
    return Declaration(
        procedure_code="1.001612",
        procedure_name="Đăng ký thành lập hộ kinh doanh",
        sections=(
            identity(person),
            {
                "shop_name": "Tiệm bánh Hoa Dã Quỳ",
                "shop_address": person.address,
                "lines": "Làm và bán bánh mì, bánh ngọt.",
                "capital": "50.000.000",
                "is_family": "no",
            },
        ),
        delivery="online",
    )


def groundwater(person: Person) -> Declaration:
    """Level 4, no fee, nothing to upload: the quickest filing there is."""
    return Declaration(
        procedure_code="1.001662",
        procedure_name="Đăng ký khai thác nước dưới đất",
        sections=(
            identity(person),
            {"well_address": person.address, "depth": "42,5", "flow": "3", "use": "home"},
        ),
        delivery="online",
    )


def bulletin(person: Person) -> Declaration:
    """Level 4, without a fee, for organisations only: licence of a bulletin. What the company declared is offered."""
    return Declaration(
        procedure_code="1.009374",
        procedure_name="Cấp giấy phép xuất bản bản tin (địa phương)",
        sections=(
            {"representative_name": person.name, "phone": person.phone},
            {
                "title": "Hoa và đất",
                "purpose": "Kỹ thuật trồng hoa cho hộ liên kết.",
                "period": "month",
                "pages": "16",
                "print_run": "300",
                "editor": person.name,
            },
        ),
        uploads=("quyet-dinh-thanh-lap.pdf", "so-yeu-ly-lich.pdf", "mang-set.pdf"),
        delivery="online",
    )


def identity(person: Person) -> dict[str, str]:
    return {
        "full_name": person.name,
        "born_on": person.born_on,
        "sex": person.sex,
        "id_number": person.id_number,
        "phone": person.phone,
        "address": person.address,
    }


def type_in(page: Page, values: dict[str, str]) -> None:
    """Fill the fields of one page by name: text, lists, radio buttons, check boxes, addresses and pictures alike.

    An address is `line, commune, province`; of a picture the value is the name of its file.
    """
    for name, value in values.items():
        if page.locator(f'[name="{name}-province"]').count():
            line, commune, province = value.rsplit(", ", 2)
            options = page.locator(f'[name="{name}-province"] option').all_inner_texts()
            label = next(text for text in options if text.lower() == province.lower())
            page.locator(f'[name="{name}-province"]').select_option(label=label)
            page.locator(f'[name="{name}-commune"]').fill(commune)
            page.locator(f'[name="{name}-line"]').fill(line)
            continue
        if page.locator(f'[name="{name}-upload"]').count():
            page.locator(f'[name="{name}-upload"]').set_input_files(
                {"name": value, "mimeType": "image/jpeg", "buffer": picture()}
            )
            continue
        option = page.locator(f'input[name="{name}"][value="{value}"]').and_(
            page.locator('[type="radio"], [type="checkbox"]')
        )
        if option.count():
            option.check()
        elif page.locator(f'select[name="{name}"]').count():
            page.locator(f'select[name="{name}"]').select_option(value)
        else:
            page.locator(f'[name="{name}"]').fill(value)


def typed_in(page: Page, values: dict[str, str]) -> dict[str, str]:
    """What the fields of those names hold now."""
    found = {}
    for name in values:
        if page.locator(f'[name="{name}-province"]').count():
            parts = [page.locator(f'[name="{name}-{part}"]').input_value() for part in ("line", "commune")]
            chosen = page.locator(f'[name="{name}-province"] option:checked').inner_text()
            found[name] = ", ".join([*parts, chosen])
            continue
        if page.locator(f'[name="{name}-upload"]').count():
            found[name] = page.locator(f'li:has(input[name="{name}"]) a').inner_text()
            continue
        checked = page.locator(f'input[type="radio"][name="{name}"]:checked')
        if page.locator(f'input[type="radio"][name="{name}"]').count():
            found[name] = (checked.get_attribute("value") or "") if checked.count() else ""
        else:
            found[name] = page.locator(f'[name="{name}"]').input_value()
    return found
