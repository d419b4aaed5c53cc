"""Identities. Owns `User`, the citizen's profile, the `Agency` tree, desks, officer postings and roles, sign-in.

Front door: `selectors`, `services`, `enums`, `errors`. May import: `portal.core`.
"""
