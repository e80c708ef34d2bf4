"""Staff accounts and their sessions; private links for applicants."""
