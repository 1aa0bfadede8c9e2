/** The extension: starts errlint's language server and keeps it running with the user's settings. */

import { spawnSync } from "node:child_process";

import { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { type Command, remedy, serverCommand } from "./command";
import { forServer } from "./settings";

const SECTION = "errlint";
/** Settings that only take effect when the server starts. */
const NEEDS_RESTART = ["path", "interpreter"].map((name) => `${SECTION}.${name}`);

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
/** Starts and stops follow one another, however quickly settings change. */
let turn: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("errlint", { log: true });
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("errlint.restart", restart),
    vscode.commands.registerCommand("errlint.showOutput", () => output.show()),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (NEEDS_RESTART.some((name) => change.affectsConfiguration(name))) {
        await restart();
      }
    }),
  );
  const python = await pythonExtension();
  if (python !== undefined) {
    context.subscriptions.push(python.environments.onDidChangeActiveEnvironmentPath(restart));
  }
  await restart();
}

export async function deactivate(): Promise<void> {
  turn = turn.then(stop);
  await turn;
}

function restart(): Promise<void> {
  turn = turn.then(stop).then(start);
  return turn;
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  try {
    await running?.dispose();
  } catch (error) {
    output.warn(`the server did not stop as asked: ${reasonOf(error)}`);
  }
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const command = serverCommand(settings.get<string[]>("path", []), await interpreter(), hasErrlint);
  output.info(`starting ${[command.command, ...command.args].join(" ")}`);
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
    ],
    outputChannel: output,
    initializationOptions: { settings: forServer(settings) },
    middleware: {
      workspace: {
        configuration: async (params, token, next) => {
          const found = await next(params, token);
          return Array.isArray(found) ? found.map(forServer) : found;
        },
      },
    },
  };
  const starting = new LanguageClient(SECTION, "errlint", command, options);
  try {
    await starting.start();
    client = starting;
  } catch (error) {
    void failed(command, reasonOf(error)); // not awaited: the message may stand there for hours
  }
}

async function failed(command: Command, reason: string): Promise<void> {
  output.error(reason);
  const choice = await vscode.window.showErrorMessage(remedy(command, reason), "Show output", "Open settings");
  if (choice === "Show output") {
    output.show();
  } else if (choice === "Open settings") {
    await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`);
  }
}

/** The project's interpreter: the one that the user names, else the one that the Python extension has chosen. */
async function interpreter(): Promise<string | undefined> {
  const [named] = vscode.workspace.getConfiguration(SECTION).get<string[]>("interpreter", []);
  if (named !== undefined) {
    return named;
  }
  const python = await pythonExtension();
  const resource = vscode.workspace.workspaceFolders?.[0]?.uri;
  const path = python?.environments.getActiveEnvironmentPath(resource);
  const environment = path && (await python?.environments.resolveEnvironment(path));
  return environment?.executable.uri?.fsPath;
}

/** The Python extension, if it is installed: without it, errlint works with the path alone. */
async function pythonExtension(): Promise<PythonExtension | undefined> {
  if (vscode.extensions.getExtension("ms-python.python") === undefined) {
    return undefined;
  }
  try {
    return await PythonExtension.api();
  } catch (error) {
    output.warn(`the Python extension does not answer: ${reasonOf(error)}`);
    return undefined;
  }
}

function hasErrlint(path: string): boolean {
  return spawnSync(path, ["-c", "import errlint.editor, pygls"], { timeout: 10_000 }).status === 0;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
