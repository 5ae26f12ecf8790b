// AckQuorum
