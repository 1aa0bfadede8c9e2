"""Completion for zsh, with a description of each word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from errlint.cli.completion.words import Argument, Command, Holds, Word, Words

_SCRIPT = """\
#compdef errlint
# zsh completion for errlint, written by `errlint completion zsh`

_errlint_rules() {{
  local -a rules=(
{rules}
  )
  _describe -t rules rule rules "$@"
}}

_errlint_rule_list() {{
  compset -P '*,'
  _errlint_rules -qS ,
}}

_errlint_settings() {{
  local -a settings=(
{settings}
  )
  _describe -t settings setting settings
}}

_errlint() {{
  local command=check
  if (( CURRENT == 2 )); then
    local -a commands=(
{commands}
    )
    _describe -t commands command commands
  else
    case $words[2] in
      {names})
        command=$words[2]
        shift words
        (( CURRENT-- ))
        ;;
    esac
  fi
  case $command in
{cases}
  esac
}}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _errlint "$@"
else
  compdef _errlint errlint
fi
"""
_ACTIONS = {
    Holds.ANYTHING: "",
    Holds.FILES: "_files",
    Holds.FOLDERS: "_files -/",
    Holds.RULES: "_errlint_rules",
    Holds.RULE_LIST: "_errlint_rule_list",
    Holds.SETTINGS: "_errlint_settings",
}


def script(known: Words) -> str:
    """The whole script."""
    return _SCRIPT.format(
        rules=_described(known.rules, 4),
        settings=_described(known.settings, 4),
        commands=_described((Word(command.name, command.about) for command in known.commands), 6),
        names="|".join(command.name for command in known.commands),
        cases="\n".join(line for command in known.commands for line in _case(command)),
    )


def _described(words: Iterable[Word], indent: int) -> str:
    return "\n".join(f"{' ' * indent}{_quoted(f'{word.text}:{word.about}')}" for word in words)


def _case(command: Command) -> Iterator[str]:
    yield f"    {command.name})"
    specs = [spec for option in command.options for spec in _specs(option)]
    if command.argument.holds is not Holds.NOTHING:
        specs.append(f"*:{_escaped(command.argument.about)}:{_action(command.argument)}")
    yield "      _arguments -S \\"
    yield " \\\n".join(f"        {_quoted(spec)}" for spec in specs)
    yield "      ;;"


def _specs(option: Argument) -> Iterator[str]:
    """One for each spelling: `*--select=[text]:value:action`."""
    about = f"[{_escaped(option.about)}]"
    for name in option.names:
        if not option.needs_value:
            yield f"*{name}{about}"
        else:
            joined = "=" if name.startswith("--") else "+"
            yield f"*{name}{joined}{about}:{_escaped(name.lstrip('-'))}:{_action(option)}"


def _action(argument: Argument) -> str:
    if argument.holds is Holds.CHOICES:
        return f"({' '.join(argument.choices)})"
    return _ACTIONS[argument.holds]


def _escaped(text: str) -> str:
    for mark in "\\:[]":
        text = text.replace(mark, f"\\{mark}")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
