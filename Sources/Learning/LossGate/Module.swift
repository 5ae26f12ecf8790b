// LossGate
