"""What ERR502 and ERR503 say of exceptions, shown on exceptions that are really made."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from errlint.engine.registry import catalogue
from errlint.rule import Rule
from tests.marked import findings, fixed, unmarked

FIXTURES = Path(__file__).parents[1] / "fixtures" / "rules" / "types"


def _rule(code: str) -> Rule:
    rule = catalogue().rule(code)
    assert rule is not None
    return rule


def _classes(code: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, type[Exception]]:
    """The exception classes of a piece of code, made where pickle finds them."""
    module: dict[str, object] = {"__name__": __name__}
    exec(unmarked(code), module)
    made = {name: value for name, value in module.items() if isinstance(value, type)}
    for name, value in made.items():
        monkeypatch.setitem(globals(), name, value)
    return made


def _again(error: Exception) -> Exception:
    copy: Exception = pickle.loads(pickle.dumps(error))
    return copy


def test_a_text_is_lost_where_the_base_is_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    tuple_of_all, own_message = (_classes(each.code, monkeypatch) for each in _rule("ERR502").bad)
    made = tuple_of_all["RateLimitError"]
    assert str(made("mail", 3)) == "('mail', 3)"
    assert str(made(service="mail", limit=3)) == ""
    assert str(own_message["OutOfStockError"]("tea")) == "tea"


def test_a_text_is_there_where_the_base_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    for good in _rule("ERR502").good[:2]:
        error = _classes(good.code, monkeypatch)["RateLimitError"]("mail", 3)
        assert str(error) == "mail allows 3 requests a minute"


def test_an_os_error_forgets_its_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "class StoreError(OSError):\n    def __init__(self, path):\n        self.path = path\n"
    (found,) = findings(code, select=["ERR502"])
    assert "`str(error)` is empty" in found.message
    assert str(_classes(code, monkeypatch)["StoreError"]("shelf")) == ""


def test_what_the_fix_makes_can_be_read_and_pickled(monkeypatch: pytest.MonkeyPatch) -> None:
    made = fixed(_rule("ERR502").bad[0].code, only="ERR502").data.decode()
    error = _classes(made, monkeypatch)["RateLimitError"](service="mail", limit=3)
    assert str(error) == str(_again(error)) == "('mail', 3)"
    assert vars(_again(error)) == {"service": "mail", "limit": 3}


def test_what_is_called_unpicklable_is(monkeypatch: pytest.MonkeyPatch) -> None:
    too_few, too_many, own_text = (_classes(each.code, monkeypatch) for each in _rule("ERR503").bad)
    with pytest.raises(TypeError, match="'limit'"):
        _again(too_few["QuotaExceeded"]("ann", 3))
    with pytest.raises(TypeError, match="2 were given"):
        _again(too_many["Closed"]())
    assert str(_again(own_text["Missing"]("a.txt"))) == "no file no file a.txt"


@pytest.mark.parametrize("number", range(3))
def test_what_is_not_called_unpicklable_is_not(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (made,) = _classes(_rule("ERR503").good[number].code, monkeypatch).values()
    error = made("ann", 3)
    assert str(_again(error)) == str(error)
    assert vars(_again(error)) == vars(error)


ARGUMENTS: dict[str, tuple[tuple[object, ...], dict[str, object]]] = {
    "ClosedError": ((), {}),
    "LeafOfNoneError": ((), {}),
    "MissingError": (("a",), {}),
    "PercentError": (("a",), {}),
    "SelfError": (("a",), {}),
    "NothingError": (("a",), {}),
    "ManyError": (("a",), {}),
    "CodeError": (("a",), {"code": 1}),
    "LiteralError": (("a",), {}),
    "OrError": (("a",), {}),
    "SameError": (("a",), {}),
    "StrError": (("a",), {}),
}


def _marked(text: str) -> dict[str, bool]:
    """The classes of a fixture that are errors by themselves, and whether a finding is marked in each."""
    parts = [part for part in text.split("\n\n\n") if part.startswith("class ") and "Error(" in part]
    return {part.split("(")[0].removeprefix("class "): "# expect" in part for part in parts}


def test_each_case_of_the_fixture_behaves_as_it_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (FIXTURES / "unpicklable_exception" / "cases.py").read_text(encoding="utf-8")
    text = text.replace("from shop.errors import ShopError", "ShopError = Exception\nMixin = object\n")
    text = text.replace("reduce_by_state", "lambda self, _: (type(self), ('a', 1))").replace("@registered\n", "")
    made = _classes(text, monkeypatch)
    unknown = {
        "DerivedReduceError",
        "StarredError",
        "KeywordsError",
        "MixedError",
        "UnknownError",
        "LeafOfComposedError",
        "DecoratedError",
    }
    for name, is_faulty in _marked(text).items():
        if name in unknown or name in {"StoreError", "RequiredNoInitError", "CountedError", "FactoryError"}:
            continue
        positional, keywords = ARGUMENTS.get(name, (("a", 1), {}))
        if name == "ForwardError":
            keywords = {"code": 2}
        error = made[name](*positional, **keywords)
        try:
            survives = str(_again(error)) == str(error) and vars(_again(error)) == vars(error)
        except TypeError:
            survives = False
        assert survives is not is_faulty, name
