"""Messages to people. Owns `MailDelivery`: what was written to whom, and whether a mail server took it.

Front door: `services` (`queue_mail`), `events`, `enums`, `errors`. May import: `portal.core` and `portal.accounts`.
Knows nothing of what the messages are about: callers bring a kind (a folder of templates) and a cause (what it is
sent for).
"""
