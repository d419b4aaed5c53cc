"""Messages to people: mails, the inbox on the portal, short messages; their wordings, and what each person chose.

Owns `MailDelivery` (what was written to whom, whether a mail server took it and whether it came back), `MailWording`
(edited wordings, every version), `InboxNotice`, `ShortMessage` and `ChannelChoice`. Front door: `services` (`notify`,
`register_kinds`), `selectors`, `events`, `enums`, `errors`. May import: `portal.core` and `portal.accounts`. Knows nothing
of what the messages are about: callers bring a kind (a folder of templates), a cause (what it is sent for) and a matter
(the thread it belongs to).
"""
