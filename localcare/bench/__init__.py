"""What `localcare bench` runs: each figure with its definition and a reference measured in the same run."""
