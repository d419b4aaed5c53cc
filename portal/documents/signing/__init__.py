"""Signing PDFs: where the stamp goes, what it looks like, and the signature itself. Knows no models.

Front door: `paper.sign_paper`; what callers use is `portal.documents.services.sign_pdf` and `open_signing_desk`.
"""
