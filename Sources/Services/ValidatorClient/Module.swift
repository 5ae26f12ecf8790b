// ValidatorClient
