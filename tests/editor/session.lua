-- A session of Neovim: open a file, see what errlint finds, apply one fix, fix all; each step is written to $OUTCOME.
local outcome = {}

local function diagnostics()
  return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0))
end

local function until_there_are(number)
  vim.wait(30000, function() return #vim.diagnostic.get(0) == number end, 50)
  return diagnostics()
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function apply(context, filter)
  local before = text()
  vim.lsp.buf.code_action({ context = context, filter = filter, apply = true })
  vim.wait(30000, function() return text() ~= before end, 50)
end

vim.lsp.config("errlint", {
  cmd = vim.json.decode(vim.env.SERVER),
  filetypes = { "python" },
  root_markers = { "pyproject.toml", "errlint.toml", ".git" },
  settings = { errlint = { ignore = { "ERR202" } } },
})
vim.lsp.enable("errlint")
vim.cmd.edit(vim.env.FILE)
vim.bo.filetype = "python"

outcome.opened = until_there_are(3)
local first = vim.diagnostic.get(0)[1]
vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
apply(nil, function(action) return action.title:find("Name the cause", 1, true) == 1 end)
outcome.after_one = until_there_are(2)
apply({ only = { "source.fixAll.errlint" }, diagnostics = {} })
outcome.after_all = until_there_are(0)
outcome.text = text()

local file = assert(io.open(vim.env.OUTCOME, "w"))
file:write(vim.json.encode(outcome))
file:close()
vim.cmd("qall!")
