"""`python -m docengine.cli`, where the `docengine` script is not on the path."""

from docengine.cli.main import main

main(prog_name="docengine")
