"""Files. Owns `StoredDocument`: write-once bytes under a random name with their size, SHA-256 and type; PDF rendering.

Front door: `services` (store, open, answer, render), `selectors`, `enums`, `errors`. May import: `portal.core` and
`portal.accounts`. Who may open a document is decided by the app that links it, never here.
"""
