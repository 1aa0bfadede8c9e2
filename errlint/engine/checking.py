"""One file from its bytes to its findings."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from errlint.engine.dispatch import Dispatch
from errlint.engine.identity import identified
from errlint.engine.known import Known
from errlint.engine.memory import Memory
from errlint.engine.selection import Selection
from errlint.model import Diagnostic, Ignore, Related, Silenced, crash, in_order
from errlint.rule import FileContext, Projects, Rule
from errlint.semantics.kept import go_on
from errlint.settings import Settings
from errlint.source import regions
from errlint.source.discovery import Around
from errlint.source.file import SourceFile, Unreadable, decode
from errlint.source.outline import Facts, Outline, Unit
from errlint.source.suppressions import Origin, Suppression, suppressions

_NO_OUTLINE = Outline((), (), frozenset(), False, lambda _: Facts({}, {}, (), False), lambda: ())


@dataclass(frozen=True)
class Checked:
    """What there is to say of one file: its findings, what comments and baselines silence, and the ignore comments."""

    findings: tuple[Diagnostic, ...]
    silenced: tuple[Silenced, ...] = ()
    ignores: tuple[Ignore, ...] = ()


class Checker:
    """Checks files one by one; what depends only on the enabled rules is made once."""

    def __init__(
        self,
        selection: Selection,
        files: Sequence[Path] = (),
        *,
        around: Around | None = None,
        known: Known | None = None,
        whole_files: bool = False,
        all_comments: bool = False,
        today: date | None = None,
        memory: Memory | None = None,
    ) -> None:
        """`files` are all that the run checks: they say what is a boundary in one another, and so do those `around`.

        What is `known` from a baseline is silenced. `whole_files` parses files whole instead of by region: slow, and
        the same findings (a test compares). `all_comments` tells of other tools' ignore comments in files without
        findings too. `today` is the day by which comments expire, that of the clock unless said. `memory` is for who
        checks the same files again and again.
        """
        self._selection = selection
        self._known = known
        self._whole_files = whole_files
        self._all_comments = all_comments
        self.today = today or date.today()
        self._dispatches: dict[tuple[Rule, ...], Dispatch] = {}
        self._memory = memory
        self._checkpoint = go_on if memory is None else memory.checkpoint
        self._projects = Projects(files, around, None if memory is None else memory.unsaved, self._checkpoint)

    def renew(self, changed: Collection[Path]) -> None:
        """Some files hold another text now than when a file was last checked (see `Project.renew`)."""
        self._projects.renew(changed)

    def check_text(self, data: bytes, path: Path, name: str, settings: Settings) -> tuple[Diagnostic, ...]:
        """The findings in bytes that stand for a file."""
        return self.check(data, path, name, settings).findings

    def check(self, data: bytes, path: Path, name: str, settings: Settings) -> Checked:
        """The findings in bytes that stand for a file, what its ignore comments do, and what a baseline knows."""
        checked = self._checked(data, path, name, settings)
        if self._known is None:
            return checked
        new, old = self._known.split(checked.findings, path, settings)
        return replace(checked, findings=new, silenced=(*checked.silenced, *old))

    def _checked(self, data: bytes, path: Path, name: str, settings: Settings) -> Checked:
        try:
            source = decode(data, path, name)
        except Unreadable as error:
            return self._unreadable(error, SourceFile(path, name, ""), settings)
        try:
            return self._check(source, settings)
        except RecursionError:  # the walk has no recursion; readers of facts have, and Python's own parser goes deeper
            return Checked((crash(name, 1, "nested too deeply for errlint"),))

    def _check(self, source: SourceFile, settings: Settings) -> Checked:
        place = settings.place(source.path)
        rules = self._selection.rules_for(place, settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of odd escapes in the code that it is given
            try:
                outline = self._projects.of(settings).outline(source)
            except Unreadable as error:
                return self._unreadable(error, source, settings)
        file = self._file(source, place, settings, outline)
        file.project.begin(file)
        try:
            return self._findings(file, rules)
        finally:
            file.project.end(file)

    def _findings(self, file: FileContext, rules: tuple[Rule, ...]) -> Checked:
        if file.settings.tests.globs and file.makes_fixtures:
            rules = tuple(rule for rule in rules if rule.in_tests)
        rules = tuple(rule for rule in rules if rule.applies_to is None or rule.applies_to(file))
        dispatch = self._dispatch(rules)
        found = _most_specific(list(self._in_code(file, dispatch)), rules)
        silencers = suppressions(file.source, only_own=not found and not self._all_comments)
        kept: list[Diagnostic] = []
        silenced: list[Silenced] = []
        for finding in identified(in_order(found), file.source, file.outline):
            comment = self._silencer_of(finding, silencers, file.settings)
            if comment is None:
                kept.append(finding)
            elif lapsed := comment.lapsed(self.today):
                kept.append(_no_longer_silenced(finding, comment, lapsed))
            else:
                silenced.append(Silenced(self._as_set(finding, file.settings), comment.reason, comment.span))
        running = frozenset(rule.code for rule in rules)
        ignores = tuple(self._ignore(silencer, file.source.name, running) for silencer in silencers)
        about: list[Diagnostic] = []
        for silencer in silencers:
            about.extend(dispatch.check_file(file, self._for_enabled(silencer, running)))
        kept.extend(identified(in_order(about), file.source, file.outline))
        return Checked(in_order(self._as_set(finding, file.settings) for finding in kept), tuple(silenced), ignores)

    def _as_set(self, finding: Diagnostic, settings: Settings) -> Diagnostic:
        """A finding as the settings judge it: its severity, its fix."""
        return self._selection.judged(finding, settings)

    def _for_enabled(self, silencer: Suppression, running: frozenset[str]) -> Suppression:
        """The same comment, with the codes of rules that did not run counted as used: nothing is known of them."""
        silencer.used.update(self._named(silencer) - running)
        return silencer

    def _named(self, silencer: Suppression) -> frozenset[str]:
        """The codes of the rules that a comment names; what other tools' codes mean here is not asked."""
        rules = map(self._selection.catalogue.rule, silencer.codes)
        return frozenset(rule.code for rule in rules if rule is not None)

    def _ignore(self, silencer: Suppression, name: str, running: frozenset[str]) -> Ignore:
        """A comment as plain data."""
        return Ignore(
            path=name,
            span=silencer.span,
            tool=silencer.origin.value,
            codes=silencer.codes,
            reason=silencer.reason,
            whole_file=silencer.whole_file,
            hides=silencer.hides,
            until=silencer.until,
            lapsed=silencer.lapsed(self.today),
            is_judged=self._named(silencer) <= running,
        )

    def _file(self, source: SourceFile, place: PurePosixPath, settings: Settings, outline: Outline) -> FileContext:
        project = self._projects.of(settings)
        name = project.name(source.path, place)
        known = self._selection.catalogue.names
        return FileContext(project, source, place, settings, outline, name, known_rules=known)

    def _in_code(self, file: FileContext, dispatch: Dispatch) -> Iterator[Diagnostic]:
        units: Iterable[Unit] = dispatch.units(file)
        if self._whole_files:
            units = [regions.whole(file.source)]
        trees = None if self._memory is None else self._memory.trees(file.source.path)
        for unit in units:
            self._checkpoint()
            try:
                yield from dispatch.check_region(file, regions.parse(file.source, file.outline, unit, trees))
            except Unreadable as error:
                yield crash(file.source.name, error.position.line, str(error))
            except RecursionError:  # the walk has no recursion, but libcst's own code has
                yield crash(file.source.name, unit.first_line, "nested too deeply for errlint's parser")
        if trees is not None:
            trees.settle()

    def _unreadable(self, error: Unreadable, source: SourceFile, settings: Settings) -> Checked:
        place = settings.place(source.path)
        rules = self._selection.rules_for(place, settings)
        file = self._file(source, place, settings, _NO_OUTLINE)
        found = in_order(self._dispatch(rules).check_file(file, error))
        known = identified(found, source, _NO_OUTLINE)
        return Checked(tuple(self._as_set(finding, settings) for finding in known))

    def _dispatch(self, rules: tuple[Rule, ...]) -> Dispatch:
        if rules not in self._dispatches:
            self._dispatches[rules] = Dispatch.of(rules)
        return self._dispatches[rules]

    def _silencer_of(
        self, finding: Diagnostic, silencers: Iterable[Suppression], settings: Settings
    ) -> Suppression | None:
        """The first comment that silences a finding, or did until it lapsed; each that does so notes it."""
        rule = self._selection.catalogue.rule(finding.code)
        if rule is None:
            return None
        first: Suppression | None = None
        lapsed: Suppression | None = None
        for silencer in silencers:
            if silencer.origin is Origin.FOREIGN and not settings.honor_foreign_ignores:
                continue
            if silencer.covers(*finding.lines) and _means(silencer, rule):
                silencer.used.add(rule.code)
                if silencer.lapsed(self.today):
                    lapsed = lapsed or silencer
                else:
                    silencer.hides += 1
                    first = first or silencer
        return first or lapsed


def _no_longer_silenced(finding: Diagnostic, comment: Suppression, lapsed: str) -> Diagnostic:
    """A finding that shows again, and says why."""
    place = Related(comment.span, f"this ignore comment {lapsed}")
    message = f"{finding.message}; its ignore comment {lapsed}"
    return replace(finding, message=message, related=(*finding.related, place))


def _most_specific(findings: list[Diagnostic], rules: Iterable[Rule]) -> list[Diagnostic]:
    """The findings without those that a more specific rule has at the same place."""
    quiet = {rule.code: rule.supersedes for rule in rules}
    superseded = {(finding.span, code) for finding in findings for code in quiet.get(finding.code, ())}
    return [finding for finding in findings if (finding.span, finding.code) not in superseded]


def _means(silencer: Suppression, rule: Rule) -> bool:
    """Whether a comment speaks of a rule: by code or name, or by a code that means the same in another tool."""
    if silencer.origin is not Origin.FOREIGN:
        return not silencer.codes or rule.code in silencer.codes or rule.name in silencer.codes
    for code in silencer.codes:
        tool, _, wanted = code.partition(":")
        for twin in rule.same_as:
            if twin == code or (twin.startswith(f"{tool}:") and (wanted == "*" or twin.startswith(code))):
                return True
    return False
