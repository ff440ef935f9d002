"""`python -m paperreader`, the same program as the `paperreader` command."""

from paperreader.cli.main import run

if __name__ == "__main__":
    run()
