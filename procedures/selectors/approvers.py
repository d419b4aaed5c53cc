"""Who may approve and publish a revision."""

from django.db.models import Q, QuerySet

from portal.accounts.models import User

APPROVE = "approve_procedurerevision"


def approvers() -> QuerySet[User]:
    """Active administrators who hold the permission, by themselves or through a group."""
    wanted = {"codename": APPROVE, "content_type__app_label": "procedures"}
    own = Q(**{f"user_permissions__{name}": value for name, value in wanted.items()})
    of_group = Q(**{f"groups__permissions__{name}": value for name, value in wanted.items()})
    return User.objects.filter(Q(is_superuser=True) | own | of_group, is_active=True, is_staff=True).distinct()
