"""Completion for bash, which shows no descriptions. Names of files are left to bash where nothing else can be meant."""

from __future__ import annotations

from collections.abc import Iterator

from errlint.cli.completion.words import Argument, Command, Holds, Words

_SCRIPT = """\
# bash completion for errlint, written by `errlint completion bash`

_errlint_paths() {{
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$2")
  compopt -o filenames 2>/dev/null  # bash 3.2 lacks compopt
}}

_errlint() {{
  local rules='{rules}'
  local settings='{settings}'
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} command=check number
  # bash takes `--option=value` for three words
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  if (( COMP_CWORD > 1 )); then
    case ${{COMP_WORDS[1]}} in
      {commands}) command=${{COMP_WORDS[1]}} ;;
    esac
  fi
  COMPREPLY=()
  case "$command $previous" in
{values}
  esac
  if [[ $current == -* ]]; then
    case $command in
{options}
    esac
    return
  fi
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '{spaced}' -- "$current"))
    _errlint_paths -f "$current"
    return
  fi
  case $command in
{arguments}
  esac
}}

complete -o default -F _errlint errlint
"""
_LIST = """\
      local before=
      [[ $current == *,* ]] && before=${current%,*},
      compopt -o nospace 2>/dev/null
      COMPREPLY=($(compgen -P "$before" -W "$rules" -- "${current##*,}"))"""
_NO_WORDS = "      compopt +o default 2>/dev/null"


def script(known: Words) -> str:
    """The whole script."""
    names = [command.name for command in known.commands]
    return _SCRIPT.format(
        rules=" ".join(word.text for word in known.rules),
        settings=" ".join(word.text for word in known.settings),
        commands="|".join(names),
        spaced=" ".join(names),
        values="\n".join(line for command in known.commands for line in _values(command)),
        options="\n".join(_options(command) for command in known.commands),
        arguments="\n".join(line for command in known.commands for line in _arguments(command)),
    )


def _values(command: Command) -> Iterator[str]:
    """The cases of options that are waiting for their value."""
    for option in command.options:
        if option.needs_value:
            waiting = "|".join(f'"{command.name} {name}"' for name in option.names)
            yield f"    {waiting})"
            yield from _replies(option)
            yield "      return ;;"


def _options(command: Command) -> str:
    names = " ".join(name for option in command.options for name in option.names)
    return f"      {command.name}) COMPREPLY=($(compgen -W '{names}' -- \"$current\")) ;;"


def _arguments(command: Command) -> Iterator[str]:
    yield f"    {command.name})"
    yield from _replies(command.argument)
    yield "      ;;"


def _replies(argument: Argument) -> Iterator[str]:
    """What fills COMPREPLY. Where it stays empty, bash completes names of files by itself."""
    chosen = {
        Holds.CHOICES: " ".join(argument.choices),
        Holds.RULES: "$rules",
        Holds.SETTINGS: "$settings",
    }
    if argument.holds in chosen:
        yield f'      COMPREPLY=($(compgen -W "{chosen[argument.holds]}" -- "$current"))'
        yield _NO_WORDS
    elif argument.holds is Holds.RULE_LIST:
        yield _LIST
    elif argument.holds is Holds.FOLDERS:
        yield '      _errlint_paths -d "$current"'
    elif argument.holds is not Holds.FILES:
        yield _NO_WORDS
