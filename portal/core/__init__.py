"""The kernel. Owns typed errors, `Actor`, the clock, working time and holidays, reference numbers, the outbox, text folding.

Front door: every module here. May import: nothing of ours.
"""
