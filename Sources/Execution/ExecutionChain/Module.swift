// ExecutionChain
