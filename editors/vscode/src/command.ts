/** How the language server is started. */

export interface Command {
  command: string;
  args: string[];
}

/**
 * The command that starts the server: the one that the user names, else errlint in the project's own Python
 * environment, so that it knows the project's packages, else errlint on the path.
 *
 * `hasErrlint` says whether an interpreter can import errlint's server.
 */
export function serverCommand(
  path: readonly string[],
  interpreter: string | undefined,
  hasErrlint: (interpreter: string) => boolean,
): Command {
  const [command, ...args] = path;
  if (command !== undefined) {
    return { command, args: [...args, "server"] };
  }
  if (interpreter !== undefined && hasErrlint(interpreter)) {
    return { command: interpreter, args: ["-m", "errlint", "server"] };
  }
  return { command: "errlint", args: ["server"] };
}

/** What to tell somebody whose server does not start. */
export function remedy(started: Command, reason: string): string {
  return (
    `errlint: \`${[started.command, ...started.args].join(" ")}\` does not start: ${reason}. ` +
    "Install it with `pip install 'errlint[lsp]'`, or say in the setting errlint.path where it is."
  );
}
