"""What every capability stands on: formats, clock, lifecycle, audit, outbox, access marks."""
