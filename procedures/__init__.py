"""The catalogue. Owns procedures, their immutable revisions, cases, required documents, form definitions, terms, fees,
results, legal bases, processing steps, the service level each agency offers, and search.

Front door: `services`, `selectors`, `enums`, `errors`. May import: `portal.notifications`, `portal.documents`,
`portal.accounts`, `portal.core`. Knows nothing of dossiers and payments.
"""
