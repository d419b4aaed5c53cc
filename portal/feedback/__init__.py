"""Feedback and complaints (phản ánh, kiến nghị): sent by anybody, handled by an agency against a short clock of its own.

Owns `Feedback`, its journal and files, and the answers that were published. Stands beside `dossiers`: a dossier is
mentioned by its code and nothing of it is read. Front door: `services`, `selectors`, `events`, `enums`, `errors`. May import:
procedures (by its front door), portal.notifications, portal.documents, portal.accounts, portal.core.
"""
