"""The shell: the application, sign-in, access, transactions, error pages, jobs, the command line."""
