"""errlint inside of other people's programs: commit hooks and CI services."""
