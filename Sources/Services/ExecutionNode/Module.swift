// ExecutionNode
