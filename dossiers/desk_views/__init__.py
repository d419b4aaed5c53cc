"""Pages of the officer's desk: the worklist, a dossier's workspace, what can be done there, its files."""
