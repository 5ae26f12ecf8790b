import ArgumentParser

/// Which keys a node signs with.
struct SigningOptions: ParsableArguments {
    @Option(
        help: "Folder of EIP-2335 keystores to sign with besides the keys of GENESIS_SEED (default: secrets_data/keystores of --datadir).")
    var keystores: String?

    @Option(help: "File with the keystores' password; without it the terminal asks.")
    var passwordFile: String?

    @Flag(help: "Sign nothing here: 'polai validator' does, over the REST interface.")
    var noValidator = false

    @Option(
        help: """
            Of the validators of GENESIS_SEED those that this node signs for, as 0,1: the others sign elsewhere (default: all of a \
            chain begun here; of a chain that was joined those that are not in its genesis).
            """)
    var signingValidators: NumberList?

    @Flag(help: "Watch the chain for two epochs before the first signature, in case the keys are at work elsewhere.")
    var enableDoppelgangerDetection = false
}
