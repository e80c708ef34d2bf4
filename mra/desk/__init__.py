"""Working pages that show several lives at once: today's list, the case page."""
