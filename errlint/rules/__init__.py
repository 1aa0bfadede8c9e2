"""The rules: one file each, in the folder of its family. A rule never imports another."""
