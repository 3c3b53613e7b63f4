"""`python -m imagette` is the command `imagette`."""

from imagette.cli.start import main

if __name__ == "__main__":
    main()
