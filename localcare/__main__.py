"""`python -m localcare`."""

from localcare.cli import main

if __name__ == "__main__":
    main()
