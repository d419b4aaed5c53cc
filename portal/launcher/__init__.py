"""The commands behind the Makefile: `demo`, `manage`, `test`, `bench` and what they stand on.

Owns the processes of a portal on one machine: embedded PostgreSQL and Redis where none is configured, the state
directory, the local mailbox, the order in which things start and stop. Knows the portal only through its command line
(`manage.py`, gunicorn, celery) and its environment variables; imports no app of ours and is imported by none.

Front door: `python -m portal.launcher COMMAND`, called by `bootstrap.py`, which is a script of its own because nothing
is installed yet when it runs. Errors are `LaunchError`: one sentence on stderr, exit code 1.
"""
