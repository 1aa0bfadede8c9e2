# examples/ci/reviewdog.sh
pip install errlint
errlint check --exit-zero -o rdjson:errlint.json src
reviewdog -f=rdjson -name=errlint -reporter=github-pr-review -fail-level=any < errlint.json
