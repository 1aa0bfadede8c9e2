"""The language server: errlint in an editor, over standard input and output.

`server` names the messages of the protocol and who deals with each: `schedule` with texts that are opened, changed,
saved, or closed, and when they are checked; `answers` with requests about a text; `configuration` with settings. What
is said to the client, and what it can show, is in `client`. `findings` holds what was found in the open texts; the work
is done by `background`, in a thread of its own, and `folders` knows which settings and files belong together.

What is between errlint and the protocol is a module each: `documents` and `encoding` for texts and places, `options`
for what the client has configured, `diagnostics`, `actions`, and `hover`.

pygls and lsprotocol are imported here and nowhere else.
"""
