"""ERR408 promises that a record says the same after its fix: both texts are logged here, and compared."""

import logging

import pytest

from tests.marked import fixed

VALUES = {
    "error": ValueError("100% {} wrong"),
    "url": "http://x/%20{a}",
    "size": 42,
    "part": -0.125,
    "names": ["a", "ü"],
    "nothing": {},
    "table": {"a": 1},
}
MESSAGES = [
    *('f"{error}"', 'f"{error!r} {url!a} {names!s}"', 'f"100% {{url}} {url}"', 'f"{error=}"', 'f"{url=!s}"'),
    *('f"{part:.2f}|{part:8.1f}|{part:+.3e}|{part:08.2f}|{part:g}"', 'f"{size:d}|{size:05d}|{size:#x}|{size:X}"'),
    *('f"{url!r:>30}|{url!r:30}|{url!s:.5}|{url!s:<30}|{url!s:>30.4}"', 'f"{nothing}"', 'f"{table} 5%"'),
    *('"%" f"{size}" "{url}"', "rf'\\d {size}%'", 'f"{size, url}"', 'f"{names[1]}\\n\\t%"', 'f"{size: d}"'),
    *('"%s of 5%%: %5.1f" % (url, part)', '"%s" % error', '"%(url)s %(size)d%%" % {"url": url, "size": size}'),
    *('"{} {{5%}} {!r}".format(url, error)', '"{1} {0} {1:.1f}".format(url, part)', '"{u}".format(u=url)'),
]


CODE = """
import logging

logger = logging.getLogger()

try:
    1 / 0
except ZeroDivisionError:
    logger.error({})
"""


def _logged(code: str) -> str:
    """What the one record of some code says."""
    said: list[str] = []
    logger = logging.Logger("compared")
    logger.addFilter(lambda record: said.append(record.getMessage()) is not None)
    exec(code.replace("logger = logging.getLogger()", ""), {**VALUES, "logger": logger})
    return said[0]


@pytest.mark.parametrize("message", MESSAGES)
def test_the_record_says_the_same(message: str) -> None:
    code = CODE.replace("{}", message, 1)
    made = fixed(code.encode(), "package/module.py", only="ERR408", unsafe=False).data.decode()
    assert made != code
    assert _logged(made) == _logged(code)
