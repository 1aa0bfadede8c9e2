import assert from "node:assert/strict";
import { test } from "node:test";

import { remedy, serverCommand } from "../src/command";

const never = (): boolean => assert.fail("no interpreter is asked");

test("the user's own command comes first", () => {
  const found = serverCommand(["uvx", "errlint"], "/env/bin/python", never);
  assert.deepEqual(found, { command: "uvx", args: ["errlint", "server"] });
});

test("errlint of the project's environment comes before the one on the path", () => {
  const found = serverCommand([], "/env/bin/python", () => true);
  assert.deepEqual(found, { command: "/env/bin/python", args: ["-m", "errlint", "server"] });
});

test("an environment without errlint is passed over", () => {
  assert.deepEqual(serverCommand([], "/env/bin/python", () => false), { command: "errlint", args: ["server"] });
  assert.deepEqual(serverCommand([], undefined, never), { command: "errlint", args: ["server"] });
});

test("a failure names the command, the reason and what to do", () => {
  const text = remedy({ command: "errlint", args: ["server"] }, "spawn errlint ENOENT");
  assert.match(text, /`errlint server` does not start: spawn errlint ENOENT/);
  assert.match(text, /pip install 'errlint\[lsp\]'/);
  assert.match(text, /errlint\.path/);
});
