"""The account: who signs in. What a person is (citizen, officer) hangs on it."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.core.text import name_sort_key, normalise


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address, stored in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """`email` "" is a person without an address: nobody signs in as them (decision 0032)."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        if not username:
            # Many people have none, and none of them signs in by it.
            raise self.model.DoesNotExist
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Signs in with an e-mail address; a person registered at a desk may have none, and then cannot sign in.

    One `full_name`: Vietnamese names have no reliable split (DOMAIN 10).
    """

    email = models.EmailField(_("thư điện tử"), max_length=254, blank=True, default="")
    full_name = models.CharField(_("họ và tên"), max_length=120)
    sort_key = models.CharField(max_length=500, editable=False, default="", db_index=True)
    is_staff = models.BooleanField(_("vào trang quản trị"), default=False)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    joined_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("tài khoản")
        verbose_name_plural = _("tài khoản")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                condition=~Q(email=""),
                violation_error_message=_("Địa chỉ này đã có tài khoản."),
            ),
            # An unusable password begins with "!": without an address there is no way to sign in, and none to lose.
            models.CheckConstraint(
                name="user_without_email_cannot_sign_in",
                condition=~Q(email="") | (Q(password__startswith="!") & Q(is_staff=False)),  # noqa: S106 - Django's mark of none
                violation_error_message=_("Tài khoản không có thư điện tử thì không đăng nhập được."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Derived columns only: the stored form of the name and its sort key.
        self.email = self.email.strip().lower()
        self.full_name = normalise(self.full_name)
        self.sort_key = name_sort_key(self.full_name)[:500]
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[-1] if self.full_name else self.email
