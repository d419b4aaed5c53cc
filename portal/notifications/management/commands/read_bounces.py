"""`manage.py read_bounces [--maildir FOLDER]`: mark the mails that came back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.notifications.errors import MailboxUnavailable
from portal.notifications.mailboxes import MaildirMailbox
from portal.notifications.services import read_bounces, take_bounces


class Command(BaseCommand):
    help = (
        "Read delivery reports (RFC 3464) from the configured mailbox or a Maildir, and mark the mails that came back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", default="", help="a Maildir to read instead of the configured mailbox")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = take_bounces(MaildirMailbox(options["maildir"])) if options["maildir"] else read_bounces()
        except MailboxUnavailable:
            raise CommandError("The mailbox could not be read.") from None
        if count is None:
            raise CommandError("No mailbox is configured: set BOUNCE_MAILDIR or BOUNCE_IMAP_HOST, or pass --maildir.")
        self.stdout.write(f"{count.looked_at} messages read, {count.bounced} mails came back.")
