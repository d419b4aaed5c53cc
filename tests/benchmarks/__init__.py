"""`make bench`: speed on generated dossiers, beside the same queries in a bare Django view. See docs/benchmarks.md.

`generated/` makes the data, `tape.py` records the SQL of a page and `bare_*` plays it back, `load.py` drives both with the
same clients, `run.py` puts it together and prints JSON lines. No test here measures time.
"""
