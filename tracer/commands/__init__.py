"""Parts of the command line that have many verbs: arguments and exit codes, nothing else."""
