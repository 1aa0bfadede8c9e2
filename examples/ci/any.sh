# examples/ci/any.sh
pip install errlint
errlint check -o full:- -o junit:errlint.xml src
