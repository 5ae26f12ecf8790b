// SSZ
