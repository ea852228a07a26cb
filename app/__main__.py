"""`python -m app` is `shilu`."""

from app.cli import main

if __name__ == "__main__":
    main()
