"""Organisations and who speaks for them."""

from portal.accounts.enums import AssuranceLevel
from portal.accounts.models import Organisation, Representation, User

TAX_CODE = "0101243150"
OTHER_TAX_CODE = "0360123455"


def make_organisation(
    *speakers: User, name: str = "Công ty Hoa Dã Quỳ", tax_code: str = TAX_CODE, is_verified: bool = False
) -> Organisation:
    """One row of its own, self-declared unless said otherwise, with everybody who speaks for it."""
    level = AssuranceLevel.LEVEL_1 if is_verified else AssuranceLevel.SELF_DECLARED
    organisation = Organisation.objects.create(
        name=name, tax_code=tax_code, address="1 Lê Lợi, phường Xuân Hương - Đà Lạt", assurance_level=level
    )
    for user in speakers:
        is_first = not Representation.objects.filter(user=user, is_default=True).exists()
        Representation.objects.create(user=user, organisation=organisation, position="Giám đốc", is_default=is_first)
    return organisation
