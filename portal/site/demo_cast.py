"""The people of the demonstration and the tests' fixed cast: An applies, Bình works at the desk, Hạnh heads it, Chi is
a stranger, Quân handles cases, Dung signs, Lan keeps the books, Vinh and Yến speak for one company, and one administrator.
All invented; addresses end in example.com."""

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.accounts import selectors, services
from portal.accounts.enums import OfficerRole, Sex
from portal.accounts.models import User
from portal.core.actors import SYSTEM, Actor


@dataclass(frozen=True, slots=True)
class CastMember:
    """One demonstration account. `key` is how tests and the launcher name it."""

    key: str
    email: str
    full_name: str
    role: str
    officer_roles: tuple[OfficerRole, ...] = ()
    title: str = ""
    # Posted at this agency alone; "" for all that are given.
    agency_code: str = ""
    is_administrator: bool = False
    personal_id_number: str = ""
    date_of_birth: date | None = None
    sex: str = ""
    phone: str = ""
    address: str = ""
    # Under which they speak for the demonstration's company; "" for nobody of it.
    position: str = ""


CAST: tuple[CastMember, ...] = (
    CastMember(
        key="an",
        email="an@example.com",
        full_name="Nguyễn Thị An",
        role="Người dân",
        personal_id_number="068196004312",
        date_of_birth=date(1996, 9, 12),
        sex=Sex.FEMALE,
        phone="0983512604",
        address="18/4 Hoàng Diệu, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
    ),
    CastMember(
        key="chi",
        email="chi@example.com",
        full_name="Lê Thị Chi",
        role="Người dân khác",
        personal_id_number="068301002277",
        date_of_birth=date(2001, 3, 4),
        sex=Sex.FEMALE,
        phone="0905118230",
        address="7 Phan Đình Phùng, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
    ),
    CastMember(
        key="binh",
        email="binh@example.com",
        full_name="Trần Văn Bình",
        role="Cán bộ một cửa",
        officer_roles=(OfficerRole.DESK_OFFICER, OfficerRole.CASHIER),
        title="Cán bộ tiếp nhận và trả kết quả",
    ),
    CastMember(
        key="hanh",
        email="hanh@example.com",
        full_name="Hoàng Thị Hạnh",
        role="Trưởng bộ phận một cửa",
        officer_roles=(OfficerRole.DESK_HEAD,),
        title="Trưởng bộ phận một cửa",
    ),
    CastMember(
        key="quan",
        email="quan@example.com",
        full_name="Đỗ Minh Quân",
        role="Cán bộ thụ lý",
        officer_roles=(OfficerRole.CASE_OFFICER,),
        title="Chuyên viên",
    ),
    CastMember(
        key="dung",
        email="dung@example.com",
        full_name="Phạm Thị Dung",
        role="Người ký",
        officer_roles=(OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD),
        title="Lãnh đạo",
    ),
    CastMember(
        key="lan",
        email="lan@example.com",
        full_name="Vũ Thị Lan",
        role="Kế toán",
        officer_roles=(OfficerRole.ACCOUNTANT,),
        title="Kế toán viên",
    ),
    CastMember(
        key="thu",
        email="thu@example.com",
        full_name="Hồ Thị Thu",
        role="Cán bộ thuế",
        officer_roles=(OfficerRole.CASE_OFFICER,),
        title="Công chức thuế",
        agency_code="H36.30",
    ),
    CastMember(
        key="vinh",
        email="vinh@example.com",
        full_name="Nguyễn Quang Vinh",
        role="Người đại diện của một công ty",
        personal_id_number="068085001736",
        date_of_birth=date(1985, 6, 20),
        sex=Sex.MALE,
        phone="0913456027",
        address="42 Nguyễn Công Trứ, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
        position="Giám đốc",
    ),
    CastMember(
        key="yen",
        email="yen@example.com",
        full_name="Trần Hải Yến",
        role="Người đại diện khác của công ty ấy",
        personal_id_number="068192004518",
        date_of_birth=date(1992, 1, 15),
        sex=Sex.FEMALE,
        phone="0934561180",
        address="9 Thông Thiên Học, phường Lâm Viên - Đà Lạt, tỉnh Lâm Đồng",
        position="Phó giám đốc",
    ),
    CastMember(
        key="quantri",
        email="quantri@example.com",
        full_name="Quản trị viên",
        role="Quản trị",
        is_administrator=True,
    ),
)


COMPANY_TAX_CODE = "5801243155"


def ensure_cast(*, password: str, agency_ids: list[int]) -> dict[str, User]:
    """Make every member exist, with a confirmed address, the password given, and postings at the agencies; by key.

    Running it again changes nothing that somebody has edited meanwhile, except the password, which is set again so that
    what the launcher prints is true.
    """
    found = {member.key: _ensure_member(member, password, agency_ids) for member in CAST}
    services.ensure_verified_organisation(
        actor=SYSTEM,
        name="Công ty TNHH Hoa Dã Quỳ",
        tax_code=COMPANY_TAX_CODE,
        address="12 Lê Đại Hành, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
        positions={found[member.key].pk: member.position for member in CAST if member.position},
    )
    return found


@transaction.atomic
def _ensure_member(member: CastMember, password: str, agency_ids: list[int]) -> User:
    user = User.objects.filter(email__iexact=member.email).first()
    is_new = user is None
    if user is None:
        user = services.create_account(
            actor=SYSTEM,
            email=member.email,
            full_name=member.full_name,
            password=password,
            is_staff=member.is_administrator,
            is_superuser=member.is_administrator,
        )
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    EmailAddress.objects.update_or_create(user=user, email=member.email, defaults={"verified": True, "primary": True})
    if member.agency_code:
        own = selectors.agency_with_code(member.agency_code)
        agency_ids = [own.pk] if own is not None else []
    for agency_id in agency_ids:
        for role in member.officer_roles:
            services.post_officer(actor=SYSTEM, user_id=user.pk, agency_id=agency_id, role=role, title=member.title)
    if is_new and member.personal_id_number:
        _fill_profile(member, selectors.actor_for(user))
    return user


def _fill_profile(member: CastMember, actor: Actor) -> None:
    services.update_citizen_profile(
        actor=actor,
        full_name=member.full_name,
        personal_id_number=member.personal_id_number,
        date_of_birth=member.date_of_birth,
        sex=member.sex,
        phone=member.phone,
        address=member.address,
    )
