"""The parts of errlint one by one."""
