"""How well search answers what people type."""
