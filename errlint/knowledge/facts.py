"""What can be known about a library: one small class for each kind of fact."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.IntEnum):
    """Log levels as `logging` numbers them; `UNKNOWN` is a level that is only known at run time."""

    UNKNOWN = 0
    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40
    CRITICAL = 50


@dataclass(frozen=True, slots=True)
class ReportFact:
    """What a call tells an operator: at which level, and by which argument the traceback goes with it."""

    kind: str
    level: Level
    level_argument: int | None
    traced: bool
    exception_keyword: str | None
    counts: bool
    """Whether an operator hears of it at all: logging at `info` and below is no report."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A way in which a framework is given a function to call: the function is a boundary."""

    names: tuple[str, ...]
    kind: str
    shape: str
    methods: tuple[str, ...] = ()
    """For base classes: the methods that are called. `*` stands for any letters."""
    callable_argument: str | None = None
    callable_position: int | None = None
    """The argument that is the function; a call with neither may be given it anywhere."""
    keyword: str | None = None
    """The keyword that holds functions, or a mapping to them: `exception_handlers`."""
    attributes: tuple[str, ...] = ()
    """The attributes to which functions are added."""
    parameters: tuple[str, ...] = ()
    """For functions that are known by their signature: what their parameters are called."""
    function_names: tuple[str, ...] = ()
    suffixes: tuple[str, str] | None = None
    """For base classes that are generated: how the names of their modules end, and their own."""
    takes_coroutine: bool = False
    """Whether the function is called where it is given: `create_task(work())`."""
    handled_position: int | None = None
    """Where a registered exception handler is given the class that it handles."""
    handles_all_arguments: bool = False
    """Whether every argument is such a class."""
    exception_parameter: int | None = None
    """The parameter of the function that is the exception; the `self` of a method is not counted."""
    exception_keyword: str | None = None
    """The keyword by which the function is given the exception."""
    library: str = ""
    """The library whose tables have it."""


@dataclass(frozen=True, slots=True)
class HttpException:
    """An exception with a status of its own, or a function that answers with one."""

    status: int | None
    status_argument: str | None
    status_position: int | None
    status_attribute: str | None
    protocol: str = "http"
    """Who is answered: `http`, `websocket`, `cli`, `rpc`, `graphql`."""


@dataclass(frozen=True, slots=True)
class Response:
    """A call that makes a response, or an attribute that holds its status."""

    status_argument: str | None
    status_position: int | None
    default_status: int | None
    fixed_status: int | None
    is_attribute: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A call whose result holds the error of what it starts: who throws the result away never sees it."""

    until: str
    """What must be done with the result so that the error is seen."""
    silent: bool
    """Whether nothing at all is written when it is lost; asyncio logs it when the task is collected."""
    only_with: str | None
    """The keyword without which errors are raised after all: `return_exceptions`."""
    excused_by: frozenset[str]
    """Keywords by which errors are handed to somebody."""
    safe: bool
    """Whether the owner of what is started raises its errors: a task group."""


@dataclass(frozen=True, slots=True)
class ErrorRoot:
    """A class of errors that come from outside the project: a server, a database, a broker."""

    family: str
    status_attribute: str | None


@dataclass(frozen=True, slots=True)
class LogHandler:
    """A log handler, and whether it keeps an event loop waiting."""

    io: str
    blocking: bool | None
    """`None` if that depends on how it is made."""


class Told(enum.Enum):
    """What an operator hears of an error that a library is given."""

    RECORD = "a record with the traceback"
    BARE = "a record without the traceback"
    STDERR = "the traceback on standard error, and no record"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a library does by itself with an error that comes out of code that it calls."""

    event: str
    """`unhandled` (`unhandled_async` where that is another thing), `http_exception` with a status of 5xx,
    `returned_5xx`, `abort`, `handler_for_everything` and `handler_for_500`: besides such a handler of the project."""
    kinds: tuple[str, ...]
    """The kinds of boundaries that it holds for; empty for all that have no behaviour of their own."""
    told: Told
    logger: str | None
    unless: str | None
    """A word by which projects choose another behaviour."""
    is_answered_first: bool = False
    """Whether the library answers this itself, so that a handler of the project for every error is not given it."""
    names: tuple[str, ...] = ()
    """The HTTP exceptions that it holds for; empty for all that have no behaviour of their own."""
