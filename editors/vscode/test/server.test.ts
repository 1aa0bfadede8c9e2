/** The real server, asked by Microsoft's own client library. ERRLINT_PYTHON names an interpreter that has errlint. */

import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as lsp from "vscode-languageserver-protocol/node";

import { serverCommand } from "../src/command";

const CODE = "try:\n    load()\nexcept OSError:\n    raise ConfigError('😀') # no file\n";
const python = process.env["ERRLINT_PYTHON"] ?? "python3";

function connect(folder: string): [lsp.ProtocolConnection, ChildProcessWithoutNullStreams] {
  const { command, args } = serverCommand([], python, () => true);
  const server = spawn(command, args, { cwd: folder });
  const connection = lsp.createProtocolConnection(
    new lsp.StreamMessageReader(server.stdout),
    new lsp.StreamMessageWriter(server.stdin),
  );
  connection.onRequest(lsp.RegistrationRequest.type, () => {});
  connection.onRequest(lsp.ConfigurationRequest.type, (asked) => asked.items.map(() => ({})));
  connection.listen();
  return [connection, server];
}

test("a fault is shown as it is typed, and its fix mends it", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "errlint-"));
  const file = join(folder, "shop.py");
  writeFileSync(file, CODE);
  const uri = pathToFileURL(file).href;
  const [connection, server] = connect(folder);
  const published = new Promise<lsp.PublishDiagnosticsParams>((resolve) => {
    connection.onNotification(lsp.PublishDiagnosticsNotification.type, (shown) => {
      if (shown.diagnostics.length > 0) {
        resolve(shown);
      }
    });
  });
  await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "shop" }],
    capabilities: {
      textDocument: {
        publishDiagnostics: { dataSupport: true, relatedInformation: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } }, dataSupport: true },
      },
    },
    initializationOptions: { settings: { select: ["ERR102"] } },
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "python", version: 1, text: CODE },
  });
  const { diagnostics } = await published;
  assert.deepEqual(diagnostics.map((each) => each.code), ["ERR102"]);
  const [found] = diagnostics;
  assert.equal(found?.range.end.character, CODE.split("\n")[3]!.indexOf(" # no file")); // UTF-16 code units
  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri },
    range: found!.range,
    context: { diagnostics },
  });
  const fix = actions?.find((each): each is lsp.CodeAction => "kind" in each && each.isPreferred === true);
  assert.ok(fix, `no preferred fix in ${JSON.stringify(actions)}`);
  const edits = fix.edit?.changes?.[uri] ?? fix.edit?.documentChanges?.flatMap((each) => ("edits" in each ? each.edits : []));
  assert.equal(applied(CODE, edits as lsp.TextEdit[]), CODE.replace("OSError:", "OSError as err:").replace("') #", "') from err #"));
  await connection.sendRequest(lsp.ShutdownRequest.type);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  await connection.sendNotification(lsp.ExitNotification.type);
  assert.equal(await ended, 0);
});

/** A text with edits in it; the last come first, so that places stay true. */
function applied(text: string, edits: lsp.TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const offset = (place: lsp.Position): number => starts[place.line]! + place.character;
  const ordered = [...edits].sort((one, other) => offset(other.range.start) - offset(one.range.start));
  return ordered.reduce(
    (result, edit) => result.slice(0, offset(edit.range.start)) + edit.newText + result.slice(offset(edit.range.end)),
    text,
  );
}
