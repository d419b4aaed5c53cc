"""Officers' pages of money, mounted under /mot-cua/."""
