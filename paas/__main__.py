"""``python -m paas``: the command line."""

from paas.cli.main import main

main(prog_name="python -m paas")
