"""One declaration with everything in it: conditions within and between sections, references, silent kinds."""

from procedures.form_definitions import FormDefinition, parse

SEXES = [{"value": "male", "label": "Nam"}, {"value": "female", "label": "Nữ"}]
HOMES = [{"value": "own", "label": "Của tôi"}, {"value": "rent", "label": "Tôi thuê"}]
RENTED = {"field": "home", "op": "equals", "value": "rent"}


def declaration() -> FormDefinition:
    return parse(
        {
            "sections": [
                {
                    "key": "person",
                    "label": {"vi": "Người khai", "en": "Person"},
                    "fields": [
                        {"key": "intro", "kind": "note", "label": "Ghi như trên thẻ", "help": "<script>"},
                        {"key": "full_name", "kind": "text", "label": {"vi": "Họ và tên", "en": "Full name"},
                         "required": True, "params": {"autocomplete": "name"}},
                        {"key": "born_on", "kind": "date", "label": "Ngày sinh", "required": True,
                         "params": {"maximum": "today"}},
                        {"key": "sex", "kind": "choice", "label": "Giới tính",
                         "params": {"options": SEXES}},
                        {"key": "id_number", "kind": "personal_id", "label": "Số định danh", "required": True,
                         "params": {"date_of_birth": "born_on", "sex": "sex"}},
                    ],
                },
                {
                    "key": "stay",
                    "label": {"vi": "Nơi ở", "en": "Home"},
                    "help": "Nơi bạn đến ở",
                    "fields": [
                        {"key": "home", "kind": "choice", "label": "Chỗ ở này là của ai?", "required": True,
                         "params": {"options": HOMES}},
                        {"key": "landlord", "kind": "text", "label": "Chủ nhà", "required": True,
                         "visible_when": RENTED},
                        {"key": "has_contract", "kind": "yes_no", "label": "Có hợp đồng?", "required": True,
                         "visible_when": RENTED},
                        {"key": "contract_on", "kind": "date", "label": "Ngày hợp đồng", "required": True,
                         "visible_when": {"field": "has_contract", "op": "equals", "value": True}},
                        {"key": "from_on", "kind": "date", "label": "Từ ngày", "required": True},
                        {"key": "until_on", "kind": "date", "label": "Đến ngày", "params": {"after": "from_on"}},
                        {"key": "reason", "kind": "long_text", "label": "Vì sao ở lâu?", "required": True,
                         "visible_when": {"field": "until_on", "op": "is_answered"}},
                        {"key": "guardian", "kind": "text", "label": "Người giám hộ", "required": True,
                         "visible_when": {"field": "full_name", "op": "equals", "value": "Bé Bình"}},
                    ],
                },
            ]
        }
    )  # fmt: skip


PERSON = {"full_name": "Nguyễn Thị An", "born_on": "1984-05-05", "sex": "female", "id_number": "068184002713"}
STAY = {"home": "rent", "landlord": "Trần Văn Dũng", "has_contract": False, "from_on": "2026-05-10"}
