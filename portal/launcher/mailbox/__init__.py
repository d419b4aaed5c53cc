"""The demo's mailbox: takes every mail over SMTP, keeps it as a file, shows it in a browser. Sends nothing on.

A process of its own (`python -m portal.launcher.mailbox`): `store` (files), `pages` (HTML), `web` (HTTP), `__main__`
(SMTP and start). For trials only: it listens on 127.0.0.1 and asks nobody for a password.
"""
