"""Pages of the vault for officers."""
