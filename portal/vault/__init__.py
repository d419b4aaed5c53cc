"""The vault: every paper the authorities issued through the portal or digitised, with owner, standing and history.


Owns `IssuedPaper`, `PaperKind`, the paper's log, its sharings and electronic copies, the digitisation of old results, and the
public verification (page and API). Front door: `services` (register, digitise, release, revoke, replace, verify, share, copy),
`selectors`, `events`, `enums`, `errors`. May import: `portal.notifications`, `portal.documents`, `portal.accounts`,
`portal.core`. Knows nothing of dossiers: a paper names what it came from by `subject` alone.
"""
