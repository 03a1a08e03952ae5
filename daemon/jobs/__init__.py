"""What the scheduler runs, one file per job."""
