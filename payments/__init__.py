"""Payments. Owns charges (what is owed), attempts (one try to pay), provider messages (the raw evidence), the gateways,
the ledger, refunds, receipts and cashiers' shifts.

Front door: `services`, `selectors`, `events`, `enums`, `errors`. May import: `portal.accounts`, `portal.documents`,
`portal.core`. Knows nothing of dossiers: a charge's `subject` is an opaque string such as "dossier:42", and the owner
of that subject listens to `ChargeSettled`. `payments.sandbox` is a separate process that plays the provider; it imports
neither Django nor anything of this app.
"""
