"""The heart: dossiers from draft to result. Owns the state machine, the legal clock of a dossier, supplements,
the journal, worklists, slips.

Front door: `services`, `selectors`, `events`, `enums`, `errors`. May import: procedures and payments (by their front
doors), portal.notifications, portal.documents, portal.accounts, portal.core.
"""
