"""Payments. Owns charges (what is owed), attempts (one try to pay), provider messages (the raw evidence), the gateways,
the ledger, refunds, receipts and cashiers' shifts.

Front door: `services`, `selectors`, `events`, `enums`, `errors`. May import: `portal.documents`, `portal.accounts`,
`portal.core`. Knows nothing of dossiers: a charge's `subject` is an opaque string such as "dossier:42", and its owner
listens to `ChargeSettled`. `payments.sandbox` is a separate process that plays the provider; it imports neither
Django nor anything of this app.
"""
