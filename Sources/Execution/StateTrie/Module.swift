// StateTrie
