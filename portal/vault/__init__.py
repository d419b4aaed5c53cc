"""The vault: every paper the authorities issued through the portal or digitised, with owner, standing and history.

Owns `IssuedPaper`, `PaperKind`, the paper's log and the digitisation of old results. Front door: `services`
(register, revoke, digitise), `selectors`, `events`, `enums`, `errors`. May import: `portal.notifications`, `portal.documents`,
`portal.accounts`, `portal.core`. Knows nothing of dossiers: a paper names what it came from by `subject` alone.
"""
