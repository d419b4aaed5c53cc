# Một Cửa. Every target prepares what it needs on its own: Python 3.11+, pip and make are enough (see README).
# Variables: PYTHON, VENV, STATE_DIR, PORT, MAILBOX_PORT, SMTP_PORT, PAYMENT_SANDBOX_PORT, DATABASE_URL, REDIS_URL.

PYTHON ?= python3
LAUNCH = @exec $(PYTHON) portal/launcher/bootstrap.py

.PHONY: help setup demo demo-reset manage test test-fast lint bench bench-search bench-mail bench-sign lock messages

help:
	@echo 'make demo                     the whole portal with demo data, until ctrl-C'
	@echo 'make demo-reset               forget the demo data'
	@echo 'make manage ARGS="..."        a management command in the environment of the demo'
	@echo 'make test                     everything that CI runs'
	@echo 'make test-fast ARGS="..."     pytest alone, with arguments'
	@echo 'make lint                     style, types, imports, templates'
	@echo 'make bench DOSSIERS=100000    speed on generated dossiers'
	@echo 'make bench-search CATALOGUE=f  speed and relevance of search'
	@echo 'make bench-mail MESSAGES=10000 how fast queued mails leave'
	@echo 'make bench-sign               speed of digital signatures'
	@echo 'make messages, make lock      gather texts to translate, renew the pinned packages'

setup demo demo-reset manage test test-fast lint bench bench-search bench-mail bench-sign lock messages:
	$(LAUNCH) $@
