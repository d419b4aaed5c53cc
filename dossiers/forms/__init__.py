"""Forms of the browser pages: one module a side."""
