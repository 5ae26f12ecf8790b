// StateTransition
