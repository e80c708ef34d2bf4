"""SMS: texts, messages, provider, delivery status."""
