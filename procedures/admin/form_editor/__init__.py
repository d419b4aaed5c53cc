"""The declaration form edited as a form: pages of admin under a revision's address, see `addresses`."""

from procedures.admin.form_editor.addresses import addresses

__all__ = ["addresses"]
