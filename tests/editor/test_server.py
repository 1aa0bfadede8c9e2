"""The language server, asked by a real client over standard input and output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.cli.command import environment, run, tree
from tests.editor.client import CODE, NEOVIM, PLAIN, applied, connected, talk, uri_of

BAD = """def load(path):
    try:
        return open(path).read()
    except OSError:
        raise ValueError("🦊 no file")
"""
"""One finding, ERR102, which has a safe fix."""
MENDED = BAD.replace("OSError:", "OSError as err:").replace('file")', 'file") from err')
TWICE = BAD + "\n\n" + BAD.replace("load", "again")
SILENT = "def f(path):\n    try:\n        return open(path)\n    except Exception:\n        pass\n"
"""One finding, ERR202, whose fix is unsafe."""
EVERYWHERE = types.Range(types.Position(0, 0), types.Position(999, 0))
BOTH = pytest.mark.parametrize(
    ("capabilities", "encoding"), [(NEOVIM, "utf-8"), (CODE, "utf-16")], ids=["pull", "push"]
)


def _codes(told: list[types.Diagnostic]) -> list[object]:
    return [each.code for each in told]


def _titled(actions: list[types.CodeAction], start: str) -> types.CodeAction:
    (found,) = [each for each in actions if each.title.startswith(start) and each.kind != "source.fixAll.errlint"]
    return found


@BOTH
def test_a_finding_is_told_and_its_fix_applied(
    tmp_path: Path, capabilities: types.ClientCapabilities, encoding: str
) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=capabilities) as client:
            assert client.hello is not None
            assert client.hello.capabilities.position_encoding == encoding
            client.open(uri, BAD)
            (told,) = await client.diagnostics(uri, 1)
            assert (told.code, told.source, told.severity) == ("ERR102", "errlint", types.DiagnosticSeverity.Warning)
            line = BAD.split("\n")[4]
            units = len(line.encode()) if encoding == "utf-8" else len(line.encode("utf-16-le")) // 2
            assert told.range == types.Range(types.Position(4, 8), types.Position(4, units))
            assert [each.message for each in told.related_information or []] == ["the cause is caught here"]
            actions = await client.actions(uri, told.range, told=[told])
            fix = _titled(actions, "Name the cause")
            assert fix.is_preferred
            assert applied(BAD, fix.edit, encoding) == MENDED
            client.replace(uri, MENDED, 2)
            assert await client.diagnostics(uri, 2) == []

    talk(conversation())


def test_what_is_told_fits_what_the_client_can_show(tmp_path: Path) -> None:
    unused = "x = 1  # errlint: ignore[ERR102] why\n"
    tree(tmp_path, {"a.py": unused})
    uri = uri_of(tmp_path / "a.py")

    async def conversation(capabilities: types.ClientCapabilities) -> types.Diagnostic:
        async with connected(tmp_path, capabilities=capabilities) as client:
            client.open(uri, unused)
            (told,) = await client.diagnostics(uri, 1)
            return told

    able, plain = talk(conversation(CODE)), talk(conversation(PLAIN))
    assert able.code == plain.code == "ERR002"
    assert able.tags == (types.DiagnosticTag.Unnecessary,)
    assert able.code_description is not None
    assert able.code_description.href.endswith("/docs/rules.md#err002")
    assert isinstance(able.data, dict)
    assert able.data["version"] == 1
    assert (plain.tags, plain.code_description, plain.related_information, plain.data) == (None, None, None, None)


def test_a_pull_says_when_nothing_has_changed(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=NEOVIM) as client:
            client.open(uri, BAD)
            first = await client.pull(uri)
            again = await client.pull(uri, first.result_id)
            assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
            client.replace(uri, "\n" + BAD, 2)
            moved = await client.pull(uri, first.result_id)
            assert [each.range.start.line for each in moved.items] == [5]

    talk(conversation())


@BOTH
def test_all_safe_fixes_are_those_of_the_command(
    tmp_path: Path, capabilities: types.ClientCapabilities, encoding: str
) -> None:
    text = TWICE + "\n\n" + SILENT
    tree(tmp_path, {"a.py": text})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> str:
        async with connected(tmp_path, capabilities=capabilities) as client:
            client.open(uri, text)
            (action,) = await client.actions(uri, EVERYWHERE, only=["source.fixAll"])
            assert action.kind == "source.fixAll.errlint"
            assert action.edit is None, "it is worked out when it is chosen"
            return applied(text, (await client.code_action_resolve_async(action)).edit, encoding)

    fixed = talk(conversation())
    assert run(tmp_path, "check", "--fix", "--quiet", "a.py").code == 1
    assert fixed == (tmp_path / "a.py").read_text(encoding="utf-8")


def test_a_client_that_resolves_nothing_gets_edits_at_once(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": TWICE})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=PLAIN) as client:
            client.open(uri, TWICE)
            (action,) = await client.actions(uri, EVERYWHERE, only=["source.fixAll.errlint"])
            assert applied(TWICE, action.edit, "utf-16").count("from err") == 2

    talk(conversation())


def test_an_unsafe_fix_says_so_and_why(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": SILENT})
    uri = uri_of(tmp_path / "a.py")

    async def conversation(**configuration: object) -> list[types.CodeAction]:
        async with connected(tmp_path, configuration=configuration) as client:
            client.open(uri, SILENT)
            return await client.actions(uri, EVERYWHERE)

    fix, *_ = talk(conversation())
    assert "(ERR202, unsafe: " in fix.title
    assert not fix.is_preferred
    assert [each.title.split(" ")[0] for each in talk(conversation(unsafeFixes=False))] == ["Ignore"]


def test_ignoring_asks_for_the_reason(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation(capabilities: types.ClientCapabilities, encoding: str) -> str:
        async with connected(tmp_path, capabilities=capabilities) as client:
            client.open(uri, BAD)
            action = _titled(await client.actions(uri, EVERYWHERE), "Ignore ERR102")
            ignored = applied(BAD, action.edit, encoding)
            client.replace(uri, ignored.replace("${1:reason}", "why"), 2)
            assert await client.diagnostics(uri, 2) == []
            return ignored.split("\n")[4]

    assert talk(conversation(CODE, "utf-16")).endswith('file")  # errlint: ignore[ERR102] ${1:reason}')
    assert talk(conversation(NEOVIM, "utf-8")).endswith('file")  # errlint: ignore[ERR102]')


def test_hover_explains_a_rule_where_it_is_named_and_where_it_has_found_something(tmp_path: Path) -> None:
    text = BAD + "\n\nx = 1  # errlint: ignore[ERR999, silent-handler] why\n"
    tree(tmp_path, {"a.py": text})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=NEOVIM) as client:
            client.open(uri, text)
            flagged = await client.hover(uri, 4, 12)
            named = await client.hover(uri, 7, 37)
            assert flagged is not None
            assert named is not None
            assert isinstance(flagged.contents, types.MarkupContent)
            assert isinstance(named.contents, types.MarkupContent)
            assert "does not name its cause" in flagged.contents.value
            assert "ERR202 silent-handler" in named.contents.value.splitlines()[0]
            assert (named.range and named.range.start.character) == 33
            assert await client.hover(uri, 0, 0) is None

    talk(conversation())


def test_changes_are_made_where_python_and_the_protocol_end_lines(tmp_path: Path) -> None:
    text = "x = '\u2028'\n\f\ny = '🦊'\r\n" + BAD
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=CODE) as client:
            client.open(uri, text)
            assert [each.range.start.line for each in await client.diagnostics(uri, 1)] == [7]
            taken = types.Range(types.Position(1, 0), types.Position(2, 0))
            behind_fox = types.Range(types.Position(1, 7), types.Position(1, 7))
            client.change(
                uri,
                2,
                types.TextDocumentContentChangePartial(taken, ""),
                types.TextDocumentContentChangePartial(behind_fox, "'\n'"),
            )
            assert [each.range.start.line for each in await client.diagnostics(uri, 2)] == [7]
            client.change(
                uri,
                3,
                types.TextDocumentContentChangePartial(types.Range(types.Position(7, 0), types.Position(8, 0)), ""),
            )
            assert _codes(await client.diagnostics(uri, 3)) == ["ERR001"]

    talk(conversation())


@BOTH
def test_a_mistake_in_the_settings_is_told_and_the_last_good_ones_hold(
    tmp_path: Path, capabilities: types.ClientCapabilities, encoding: str
) -> None:
    settings = tmp_path / "errlint.toml"
    tree(tmp_path, {"errlint.toml": 'select = ["ERR102"]\n', "a.py": TWICE + SILENT})
    uri, about = uri_of(tmp_path / "a.py"), uri_of(settings)
    changed = types.DidChangeWatchedFilesParams([types.FileEvent(about, types.FileChangeType.Changed)])

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=capabilities) as client:
            await client.until(lambda: types.WORKSPACE_DID_CHANGE_WATCHED_FILES in client.registered)
            client.open(uri, TWICE)
            assert _codes(await client.diagnostics(uri, 1)) == ["ERR102", "ERR102"]
            settings.write_text('\n\nselct = ["ERR202"]\n', encoding="utf-8")
            client.workspace_did_change_watched_files(changed)
            await client.until(lambda: client.published[about])
            (told,) = client.published[about][-1].diagnostics
            assert (told.range.start.line, told.message) == (2, "'selct' is not a setting; did you mean 'select'?")
            (message,) = client.messages
            assert message.endswith(
                "errlint.toml:3: 'selct' is not a setting; did you mean 'select'?; the last good settings hold"
            )
            client.replace(uri, BAD, 2)
            assert _codes(await client.diagnostics(uri, 2)) == ["ERR102"]
            settings.write_text('select = ["ERR202"]\n', encoding="utf-8")
            client.workspace_did_change_watched_files(changed)
            await client.until(lambda: not client.published[about][-1].diagnostics)
            client.replace(uri, BAD + SILENT, 3)
            assert _codes(await client.diagnostics(uri, 3)) == ["ERR202"]

    talk(conversation())


def test_the_client_configures_and_is_told_of_its_mistakes(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD + SILENT})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, options={"settings": {"ignore": ["ERR102"], "selct": []}}) as client:
            client.open(uri, BAD + SILENT)
            assert _codes(await client.diagnostics(uri, 1)) == ["ERR202"]
            assert client.messages == [
                "errlint: the editor's settings: 'selct' is not a setting; did you mean 'select'?; "
                "the last good settings hold"
            ]
            client.configuration = {"extendSelect": ["ERR4"], "ignore": ["swallow", "ERR102"]}
            client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            await client.until(lambda: not client.published[uri][-1].diagnostics)

    talk(conversation())


def test_each_folder_has_its_settings_and_files_elsewhere_are_checked_too(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {
            "one/errlint.toml": 'select = ["ERR102"]\n',
            "two/errlint.toml": 'select = ["ERR202"]\nextend-exclude = ["made/"]\n',
            "one/a.py": BAD + SILENT,
            "two/a.py": BAD + SILENT,
            "two/made/a.py": BAD + SILENT,
            "two/.venv/a.py": BAD + SILENT,
            "three/a.py": BAD + SILENT,
            "lib/site-packages/a.py": BAD + SILENT,
        },
    )
    expected = {
        "one/a.py": ["ERR102"],
        "two/a.py": ["ERR202"],
        "two/made/a.py": [],
        "two/made/not_there_yet.py": [],
        "two/.venv/a.py": [],
        "three/a.py": ["ERR102", "ERR202"],
        "lib/site-packages/a.py": [],
    }

    async def conversation() -> None:
        async with connected(tmp_path / "one", tmp_path / "two") as client:
            for name, codes in expected.items():
                uri = uri_of(tmp_path / name)
                client.open(uri, BAD + SILENT)
                assert _codes(await client.diagnostics(uri, 1)) == codes, name
            client.open("untitled:Untitled-1", BAD + SILENT)
            assert _codes(await client.diagnostics("untitled:Untitled-1", 1)) == ["ERR102"]

    talk(conversation())


def test_on_save_only(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, configuration={"run": "onSave"}) as client:
            client.open(uri, BAD)
            assert _codes(await client.diagnostics(uri, 1)) == ["ERR102"]
            client.replace(uri, TWICE, 2)
            client.replace(uri, TWICE + "\n", 3)
            client.save(uri)
            assert _codes(await client.diagnostics(uri, 3)) == ["ERR102", "ERR102"]
            assert not any(each.version == 2 for each in client.published[uri])

    talk(conversation())


@BOTH
def test_unsaved_text_of_one_file_changes_what_is_found_in_another(
    tmp_path: Path, capabilities: types.ClientCapabilities, encoding: str
) -> None:
    telling = "import logging\n\n\ndef tell():\n    logging.exception('no')\n"
    using = "import thing\n\n\ndef f():\n    try:\n        g()\n    except Exception:\n        thing.tell()\n"
    tree(tmp_path, {"thing.py": telling, "use.py": using})
    use, thing = uri_of(tmp_path / "use.py"), uri_of(tmp_path / "thing.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=capabilities) as client:
            client.open(use, using)
            client.open(thing, telling)
            assert await client.diagnostics(use, 1) == []
            before = client.refreshes
            client.replace(thing, "def tell():\n    return 1\n", 2)
            if capabilities is NEOVIM:
                await client.until(lambda: client.refreshes > before)
                assert _codes(await client.diagnostics(use, 1)) == ["ERR203"]
            else:
                await client.until(lambda: _codes(list(client.published[use][-1].diagnostics)) == ["ERR203"])

    talk(conversation())


def test_cancelled_work_stops_and_the_server_goes_on(tmp_path: Path) -> None:
    big = "\n\n".join(BAD.replace("load", f"load_{number}") for number in range(1500))
    uri, other = uri_of(tmp_path / "big.py"), uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=NEOVIM) as client:
            client.open(uri, big)
            about = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            asked = client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, about, msg_id="big")
            await asyncio.sleep(0.3)
            client.cancel_request(types.CancelParams("big"))
            with pytest.raises(JsonRpcException, match="cancel"):
                await asyncio.wait_for(asyncio.wrap_future(asked), 5)
            client.open(other, BAD)
            assert _codes(await client.diagnostics(other, 1)) == ["ERR102"]
            client.replace(uri, BAD, 2)
            client.replace(uri, big, 3)
            client.replace(uri, TWICE, 4)
            assert len(await client.diagnostics(uri, 4)) == 2

    talk(conversation())


def test_what_a_baseline_knows_is_neither_told_nor_fixed(tmp_path: Path) -> None:
    tree(tmp_path, {"errlint.toml": 'baseline = "known.toml"\n', "a.py": BAD})
    assert run(tmp_path, "baseline").code == 0
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, capabilities=PLAIN) as client:
            client.open(uri, TWICE)
            assert [each.range.start.line for each in await client.diagnostics(uri, 1)] == [11]
            (action,) = await client.actions(uri, EVERYWHERE, only=["source.fixAll.errlint"])
            assert applied(TWICE, action.edit, "utf-16") == BAD + "\n\n" + MENDED.replace("load", "again")

    talk(conversation())


def test_a_broken_baseline_is_told_and_hides_nothing(tmp_path: Path) -> None:
    tree(
        tmp_path,
        {"errlint.toml": 'baseline = "known.toml"\n', "known.toml": "version = 1\nfindings = 7\n", "a.py": BAD},
    )
    uri, about = uri_of(tmp_path / "a.py"), uri_of(tmp_path / "known.toml")

    async def conversation() -> None:
        async with connected(tmp_path) as client:
            client.open(uri, BAD)
            assert _codes(await client.diagnostics(uri, 1)) == ["ERR102"]
            await client.until(lambda: client.published[about])
            (told,) = client.published[about][-1].diagnostics
            (message,) = client.messages
            assert told.message in message
            assert told.message.endswith("is no baseline of errlint: it has no `version` and `findings`")

    talk(conversation())


def test_what_errlint_cannot_read_is_a_diagnostic(tmp_path: Path) -> None:
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path) as client:
            client.open(uri, "try:\n    (x): int = 1\nexcept Exception:\n    pass\n")
            (told,) = await client.diagnostics(uri, 1)
            assert (told.code, told.severity) == ("ERR000", types.DiagnosticSeverity.Error)

    talk(conversation())


def test_a_request_that_nobody_offered_is_no_bug(tmp_path: Path) -> None:
    async def conversation() -> None:
        async with connected(tmp_path) as client:
            with pytest.raises(JsonRpcException):
                await client.protocol.send_request_async("errlint/unheard", {})
            await client.until(lambda: len(client.logged) == 1)
            assert client.messages == []

    talk(conversation())


def test_a_request_that_fails_is_told_once_and_ends_nothing(tmp_path: Path) -> None:
    breaking = "import errlint.editor.actions as broken\nbroken.ignoring = lambda *given: 1 / 0\n"
    tree(tmp_path, {"a.py": BAD, "broken/sitecustomize.py": breaking})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path, first=tmp_path / "broken") as client:
            client.open(uri, BAD)
            for _ in range(2):
                with pytest.raises(JsonRpcException):
                    await client.actions(uri, EVERYWHERE)
            await client.until(lambda: len(client.logged) == 2)
            assert client.messages == [
                "errlint: this is a bug of errlint, which goes on: ZeroDivisionError: division by zero"
            ]
            assert _codes(await client.diagnostics(uri, 1)) == ["ERR102"]

    talk(conversation())


def test_a_closed_file_has_no_diagnostics(tmp_path: Path) -> None:
    tree(tmp_path, {"a.py": BAD})
    uri = uri_of(tmp_path / "a.py")

    async def conversation() -> None:
        async with connected(tmp_path) as client:
            client.open(uri, BAD)
            assert len(await client.diagnostics(uri, 1)) == 1
            client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
            await client.until(lambda: not client.published[uri][-1].diagnostics)

    talk(conversation())


def test_the_server_ends_with_its_client(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "errlint", "server", "--stdio"],
        input=b"",
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from errlint.cli.main import main; sys.exit(main(['server']))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "errlint: the language server needs pygls: install errlint[lsp]\n"
