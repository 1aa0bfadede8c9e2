# examples/ci/changed-files.sh
git fetch --quiet origin main
errlint check --diff-base origin/main src
