"""What the working pages read: today's list, one case, one resident's page. A constant number of statements each."""
