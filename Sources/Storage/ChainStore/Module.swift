// ChainStore
