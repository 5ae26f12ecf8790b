// ForkChoice
