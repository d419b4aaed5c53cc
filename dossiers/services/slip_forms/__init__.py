"""The forms of DOMAIN 4.1, one module a form; `registry` says which of them is used from which day.

TT 01/2018/TT-VPCP until 30/06/2025, TT 03/2025/TT-VPCP from 01/07/2025, which numbers them anew. How a later version is
added: docs/adding-a-form-version.md.
"""
