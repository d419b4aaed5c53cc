"""A payment provider to try things with: its own process, its own code, the standard library alone.

It plays the part of VNPAY 2.1.0 (pay page, notification, browser return, querydr, refund, the daily list) and checks
our signatures with an implementation of its own, so that a mistake in ours cannot agree with itself. It imports neither
Django nor any other module of the portal. Run it with `python -m payments.sandbox`; `config.py` lists its variables.
"""
