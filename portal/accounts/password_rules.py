"""What a password must be, said in our words: Django's Vietnamese misses some of its sentences."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        return (
            ngettext("Mật khẩu cần ít nhất %d ký tự.", "Mật khẩu cần ít nhất %d ký tự.", self.min_length)
            % self.min_length
        )

    def get_help_text(self) -> str:
        return self.get_error_message()


class NotLikeTheAccount(password_validation.UserAttributeSimilarityValidator):
    """Not close to the holder's name or address."""

    DEFAULT_USER_ATTRIBUTES = ("email", "full_name")

    def get_error_message(self) -> str:
        return _("Mật khẩu quá giống họ tên hoặc địa chỉ thư điện tử.")

    def get_help_text(self) -> str:
        return _("Không giống họ tên hoặc địa chỉ thư điện tử.")


class NotCommon(password_validation.CommonPasswordValidator):
    """Not one of the passwords that everybody tries first."""

    def get_error_message(self) -> str:
        return _("Mật khẩu này quá dễ đoán.")

    def get_help_text(self) -> str:
        return _("Không phải mật khẩu nhiều người dùng.")


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    """Has something besides digits: birth dates and phone numbers are guessed first."""

    def get_error_message(self) -> str:
        return _("Mật khẩu không được chỉ toàn chữ số.")

    def get_help_text(self) -> str:
        return self.get_error_message()
