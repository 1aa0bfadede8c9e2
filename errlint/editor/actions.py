"""What the editor offers for findings: their fixes, all safe fixes together, and to ignore one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise

from lsprotocol import types

from errlint.editor.diagnostics import SOURCE, Found, Shown, diagnostics
from errlint.editor.documents import Document
from errlint.editor.encoding import Encoding
from errlint.editor.options import Options
from errlint.engine.registry import catalogue
from errlint.model import Applicability, Diagnostic, Edit, Fix, Span
from errlint.rule import Unsafe
from errlint.source.file import SourceFile
from errlint.source.ignoring import ignoring

FIX_ALL = "source.fixAll.errlint"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)
_FIX_ALL_TITLE = "Fix all safe errlint findings"
_REASON = "${1:reason}"
"""What a client with snippets puts the cursor on."""


@dataclass(frozen=True)
class Editing:
    """How the client takes edits."""

    encoding: Encoding
    versioned: bool = False
    snippets: bool = False
    resolves: bool = False
    """Whether it asks for the edit of an action only when that is chosen."""

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, encoding: Encoding) -> Editing:
        """Read what a client says about itself."""
        workspace, text = capabilities.workspace, capabilities.text_document
        edits = workspace.workspace_edit if workspace else None
        actions = text.code_action if text else None
        resolve = actions.resolve_support if actions else None
        return cls(
            encoding,
            versioned=bool(edits and edits.document_changes),
            snippets=bool(edits and edits.document_changes and edits.snippet_edit_support),
            resolves=bool(resolve and "edit" in resolve.properties and actions and actions.data_support),
        )

    def made(self, document: Document, edits: Iterable[Edit], *, is_snippet: bool = False) -> types.WorkspaceEdit:
        """Edits of one text, as snippets if their texts hold places to be filled in."""
        source = document.source
        ranges = [(self.encoding.range(source, edit.span), edit.text) for edit in sorted(set(edits))]
        if not self.versioned:
            return types.WorkspaceEdit(changes={document.uri: [types.TextEdit(at, text) for at, text in ranges]})
        made: list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]
        if is_snippet:
            made = [types.SnippetTextEdit(at, types.StringValue(text)) for at, text in ranges]
        else:
            made = [types.TextEdit(at, text) for at, text in ranges]
        place = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(place, made)])


def wants(only: Sequence[str] | None, kind: str) -> bool:
    """Whether actions of a kind are asked for; `source` asks for `source.fixAll` too."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") for each in only)


def quick_fixes(
    found: Found, span: Span, options: Options, editing: Editing, shown: Shown
) -> Iterator[types.CodeAction]:
    """What can be done about each finding in a stretch of the text: mend it, or ignore it."""
    document = found.document
    told = diagnostics(found, editing.encoding, shown)
    touched = [(each, as_told) for each, as_told in zip(found.findings, told, strict=True) if _touches(each.span, span)]
    for finding, as_told in touched:
        fix = finding.fix
        if fix is not None and (options.unsafe_fixes or finding.is_safely_fixable):
            yield types.CodeAction(
                title=_title(finding, fix),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[as_told],
                is_preferred=finding.is_safely_fixable,
                edit=editing.made(document, fix.edits),
            )
    for finding, as_told in touched:
        edit = ignoring(document.source, finding, _REASON if editing.snippets else "", date.today())
        if edit is not None:
            yield types.CodeAction(
                title=f"Ignore {finding.code} ({finding.name}) here with a reason",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[as_told],
                is_preferred=False,
                edit=editing.made(document, [edit], is_snippet=_REASON in edit.text),
            )


def fix_all(document: Document, kind: str) -> types.CodeAction:
    """All safe fixes as one action, without its edit: to work that out takes as long as some checks."""
    return types.CodeAction(
        title=_FIX_ALL_TITLE, kind=kind, data={"uri": document.uri, "version": document.version, "source": SOURCE}
    )


def safely_fixable(found: Found) -> int:
    """How many findings have a safe fix."""
    return sum(each.is_safely_fixable for each in found.findings)


def edits_between(document: Document, after: str) -> list[Edit]:
    """The edits of whole lines that make one text of another, so that the rest keeps its cursors and folds."""
    before, lines = _lines(document.source), _lines(replace(document, text=after).source)
    starts = [*document.source.line_starts, len(document.text)]
    edits: list[Edit] = []
    for tag, first, last, new_first, new_last in SequenceMatcher(None, before, lines, autojunk=False).get_opcodes():
        if tag != "equal":
            span = Span(*map(document.source.position, (starts[first], starts[last])))
            edits.append(Edit(span, "".join(lines[new_first:new_last])))
    return edits


def _lines(source: SourceFile) -> list[str]:
    starts = [*source.line_starts, len(source.text)]
    return [source.text[start:end] for start, end in pairwise(starts)]


def _touches(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _title(finding: Diagnostic, fix: Fix) -> str:
    title = fix.title[:1].upper() + fix.title[1:]
    if fix.applicability is Applicability.SAFE:
        return f"{title} ({finding.code})"
    return f"{title} ({finding.code}, unsafe: {_why_unsafe(finding, fix)})"


def _why_unsafe(finding: Diagnostic, fix: Fix) -> str:
    rule = catalogue().rule(finding.code)
    remedies = () if rule is None else rule.fixes
    because = (each.because for each in remedies if isinstance(each, Unsafe) and each.title == fix.title)
    return next(because, "the settings say so")
