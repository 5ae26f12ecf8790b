import ArgumentParser
import BeaconTypes
import Logging
import Multiformats
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

    @Flag(help: "Verify an invite's chain from genesis on before taking part, rather than start at the invite's checkpoint.")
    var fromGenesis = false

    func validate() throws {
        guard genesisRoot == nil || join != nil else { throw ValidationError("--genesis-root needs --join") }
        if let genesisRoot { try refusing { try Root(hex: genesisRoot) } }
    }

    /// The invite's checkpoint as the place to start at, where the chain is not begun yet.
    ///
    /// - Parameter joined: what must be final in the chain that is followed.
    func checkpoint(_ joined: Checkpoint?, places: [Multiaddr], logger: Logger) -> (any CheckpointOrigin)? {
        guard !fromGenesis, let joined, joined.epoch > 0, !places.isEmpty else { return nil }
        return PeerCheckpoint(checkpoint: joined, places: places, logger: logger)
    }

    /// What to follow, if told.
    ///
    /// - Parameter isKnown: the node has a chain: a start with the options of the first one is not refused because they aged.
    func target(isKnown: Bool) throws -> JoinTarget? {
        guard let join else { return nil }
        return try JoinTarget(join, genesisRoot: genesisRoot.map { try Root(hex: $0) }, isKnown: isKnown)
    }
}
