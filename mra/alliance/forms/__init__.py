"""What people type about the alliance becomes clean values, with a sentence for each thing that is wrong."""
