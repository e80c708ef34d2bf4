"""What everything stands on: database, clock, lifecycles, audit, outbox, access marks, Japanese formats."""
