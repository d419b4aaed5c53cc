"""Home page, guides, page furniture, error pages, health check, demonstration data.

Owns no tables. Sits above every app, so it may import any of their front doors; nothing imports it but `portal.urls`
and settings (by dotted path).
"""
