"""`python -m errlint` is the command `errlint`."""

import sys

from errlint.cli.main import main

sys.exit(main())
