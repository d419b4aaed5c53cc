"""What people type about money, by subject."""
