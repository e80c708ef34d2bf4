"""One module per command in `scripts/`; the executable files there only call `main`."""
