"""Home page, guides and announcements, page furniture, error pages, health check, demonstration data.

Owns the articles that editors write, and no other table. Sits above every app, so it may import any of their front
doors; nothing imports it but `portal.urls` and settings (by dotted path).
"""
