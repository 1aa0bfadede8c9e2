"""A JSON object a line, one for each finding, as `json` has them: for streams, and for what is too big to load."""

from __future__ import annotations

import json
from typing import IO

from errlint.output.json import item
from errlint.output.report import Report


def write(report: Report, stream: IO[str]) -> None:
    """Print a line for each finding, nothing for none. In ASCII, which any stream can hold."""
    stream.writelines(f"{json.dumps(item(finding))}\n" for finding in report.findings)
