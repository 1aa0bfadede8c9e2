import assert from "node:assert/strict";
import { test } from "node:test";

import { Host, extensionIn } from "./host";

const context = (): never => ({ subscriptions: [] }) as never;

test("the server starts with the settings and for Python alone", async () => {
  const host = new Host();
  host.settings = { path: ["/opt/errlint"], preset: "critical", select: null };
  await extensionIn(host).activate(context());
  const [started] = host.started;
  assert.deepEqual([started?.command, started?.args], ["/opt/errlint", ["server"]]);
  const { settings } = started?.options["initializationOptions"] as { settings: Record<string, unknown> };
  assert.deepEqual(settings, { preset: "critical" });
  const languages = (started?.options["documentSelector"] as { language: string }[]).map((each) => each.language);
  assert.deepEqual(new Set(languages), new Set(["python"]));
});

test("what the server asks for holds nothing of the extension's own", async () => {
  const host = new Host();
  await extensionIn(host).activate(context());
  const { workspace } = host.started[0]?.options["middleware"] as {
    workspace: { configuration: (...all: unknown[]) => Promise<unknown> };
  };
  const answer = async (): Promise<unknown> => [{ path: [], trace: { server: "off" }, select: ["ERR2"], run: null }, null];
  assert.deepEqual(await workspace.configuration({}, undefined, answer), [{ select: ["ERR2"] }, null]);
});

test("a server that does not start is told with what to do, and the settings open", async () => {
  const host = new Host();
  host.refusal = new Error("spawn errlint ENOENT");
  host.answer = "Open settings";
  await extensionIn(host).activate(context());
  await new Promise(setImmediate);
  assert.match(host.said.join(), /does not start: spawn errlint ENOENT/);
  assert.deepEqual(host.executed, [["workbench.action.openSettings", "errlint.path"]]);
});

test("another path starts another server, other settings do not", async () => {
  const host = new Host();
  await extensionIn(host).activate(context());
  await host.change("preset", "critical");
  assert.equal(host.started.length, 1);
  await host.change("path", ["/opt/errlint"]);
  assert.equal(host.disposed, 1);
  assert.equal(host.started.at(-1)?.command, "/opt/errlint");
});

test("restarts follow one another, and nothing is left running", async () => {
  const host = new Host();
  const extension = extensionIn(host);
  await extension.activate(context());
  await Promise.all([host.commands.get("errlint.restart")?.(), host.commands.get("errlint.restart")?.()]);
  await extension.deactivate();
  assert.equal(host.started.length, 3);
  assert.equal(host.disposed, 3);
});
