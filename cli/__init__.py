"""The command line. Each command has a file of its own, loaded when it is called."""
