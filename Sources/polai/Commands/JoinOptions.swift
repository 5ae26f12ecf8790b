import ArgumentParser
import BeaconTypes
import Primitives

/// Whose chain a node follows, where it does not begin one.
struct JoinOptions: ParsableArguments {
    @Option(
        help: """
            Follow another node's chain: the line that 'polai invite' printed there, or a place such as 192.0.2.1:13337. Genesis \
            comes from there; keys of GENESIS_SEED that are in it sign nothing here unless --signing-validators names them.
            """)
    var join: String?

    @Option(help: "The root of the genesis block that the chain of --join must have, where that is a place and no invite.")
    var genesisRoot: String?

    func validate() throws {
        guard genesisRoot == nil || join != nil else { throw ValidationError("--genesis-root needs --join") }
        if let genesisRoot { try refusing { try Root(hex: genesisRoot) } }
    }

    /// What to follow, if told.
    ///
    /// - Parameter isKnown: the node has a chain: a start with the options of the first one is not refused because they aged.
    func target(isKnown: Bool) throws -> JoinTarget? {
        guard let join else { return nil }
        return try JoinTarget(join, genesisRoot: genesisRoot.map { try Root(hex: $0) }, isKnown: isKnown)
    }
}
