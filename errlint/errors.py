"""What errlint itself raises: one tree, so that a caller can tell our refusals from our bugs."""


class ErrlintError(Exception):
    """errlint could not do its job. The text names the place and the remedy; the exit code is 2."""


class UsageError(ErrlintError):
    """The command line asks for something that does not exist or cannot be combined."""


class RuleDefinitionError(ErrlintError):
    """A rule is written in a way that the engine cannot run."""
