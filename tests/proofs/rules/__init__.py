"""The proofs, one module a rule, named as the rule's own."""
