"""The language server: errlint in an editor, over standard input and output.

`server` speaks the protocol; `background` does the work, in a thread of its own; `folders` knows which settings and
files belong together. What is between errlint and the protocol is a module each: `documents` and `encoding` for texts
and places, `options` for what the client has configured, `diagnostics`, `actions`, and `hover`.

pygls and lsprotocol are imported here and nowhere else.
"""
