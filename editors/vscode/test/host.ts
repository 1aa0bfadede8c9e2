/** Stands in for VS Code: what the extension asks of it is noted, and its answers are set by the test. */

import Module from "node:module";

type Load = (request: string, ...rest: unknown[]) => unknown;

export class Disposable {
  constructor(readonly dispose: () => void = () => {}) {}
}

export class Host {
  settings: Record<string, unknown> = {};
  said: string[] = [];
  executed: unknown[][] = [];
  answer: string | undefined;
  commands = new Map<string, () => unknown>();
  started: { command: string; args: string[]; options: Record<string, unknown> }[] = [];
  disposed = 0;
  refusal: Error | undefined;
  private listeners: ((change: { affectsConfiguration: (name: string) => boolean }) => unknown)[] = [];

  /** Change a setting, and wait for those who listen. */
  async change(name: string, value: unknown): Promise<void> {
    this.settings[name] = value;
    const change = { affectsConfiguration: (asked: string) => asked === `errlint.${name}` };
    await Promise.all(this.listeners.map((listener) => listener(change)));
  }

  get vscode(): unknown {
    const log = { info() {}, warn() {}, error() {}, show: () => this.executed.push(["show"]), dispose() {} };
    return {
      window: {
        createOutputChannel: () => log,
        showErrorMessage: async (text: string) => {
          this.said.push(text);
          return this.answer;
        },
      },
      commands: {
        registerCommand: (name: string, run: () => unknown) => {
          this.commands.set(name, run);
          return new Disposable();
        },
        executeCommand: async (...all: unknown[]) => this.executed.push(all),
      },
      workspace: {
        workspaceFolders: undefined,
        getConfiguration: () => ({
          ...this.settings,
          get: (name: string, fallback: unknown) => this.settings[name] ?? fallback,
        }),
        onDidChangeConfiguration: (listener: (typeof this.listeners)[number]) => {
          this.listeners.push(listener);
          return new Disposable();
        },
      },
      extensions: { getExtension: () => undefined },
    };
  }

  get client(): unknown {
    const host = this;
    return {
      LanguageClient: class {
        constructor(_id: string, _name: string, command: { command: string; args: string[] }, options: object) {
          host.started.push({ ...command, options: { ...options } });
        }
        async start(): Promise<void> {
          if (host.refusal !== undefined) {
            throw host.refusal;
          }
        }
        async dispose(): Promise<void> {
          host.disposed += 1;
        }
      },
    };
  }
}

/** Load the extension as if this host were VS Code. */
export function extensionIn(host: Host): typeof import("../src/extension") {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  const stubs = new Map<string, unknown>([
    ["vscode", host.vscode],
    ["vscode-languageclient/node", host.client],
    ["@vscode/python-extension", { PythonExtension: {} }],
  ]);
  loader._load = (request, ...rest) => stubs.get(request) ?? load(request, ...rest);
  try {
    const path = require.resolve("../src/extension");
    delete require.cache[path];
    return require(path) as typeof import("../src/extension");
  } finally {
    loader._load = load;
  }
}
