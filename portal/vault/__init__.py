"""The vault: every paper the authorities issued through the portal or digitised, with owner, standing and history.

Owns `IssuedPaper`, `PaperKind` and the paper's log. Front door: `services` (register, revoke), `selectors`, `events`,
`enums`, `errors`. May import: `portal.notifications`, `portal.documents`, `portal.accounts`, `portal.core`. Knows nothing of
dossiers: a paper names what it came from by `subject` alone.
"""
