import ArgumentParser
import ContentNetwork
import Foundation
import Multiformats
import PeerIdentity
import PetalsWire

/// Whether a model's blocks are run by a Petals swarm, and which one.
struct PetalsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Have the servers of a Petals swarm run the model's blocks: a member of the swarm's DHT, such as /ip4/192.0.2.1/tcp/31330/p2p/Qm… Repeatable.",
            valueName: "multiaddr"))
    var petals: [String] = []

    @Option(help: "With --petals: what the swarm calls the model (default: the base model's name as Petals writes it: Llama-2-7b-hf).")
    var prefix: String?

    @Option(help: "With --petals: the adapter of the servers to ask for; only servers that have it are asked.")
    var petalsAdapter: String?

    @Option(
        help: ArgumentHelp(
            "With --petals: ask this server only, by its peer id, because you trust it. Repeatable (default: whoever serves).",
            valueName: "peer id"))
    var petalsServer: [String] = []

    func validate() throws {
        for text in petals { try refusing { try BootstrapAddress.read(text) } }
        guard !petals.isEmpty || (prefix == nil && petalsAdapter == nil && petalsServer.isEmpty) else {
            throw ValidationError("--prefix, --petals-adapter and --petals-server need --petals")
        }
        _ = try servers
        // The base model is another group's; a name that comes from it is checked where it is used.
        if let prefix { _ = try Self.prefix(prefix, base: prefix) }
    }

    /// The only servers to ask; `nil` for whoever serves.
    var servers: Set<PeerID>? {
        get throws {
            guard !petalsServer.isEmpty else { return nil }
            return Set(
                try petalsServer.map { text in
                    guard let peer = PeerID(base58: text) else {
                        throw ValidationError("--petals-server '\(text)' is no peer id such as 12D3Koo…")
                    }
                    return peer
                })
        }
    }

    /// Where the swarm is joined.
    var bootstrap: [Multiaddr] { get throws { try petals.flatMap { try BootstrapAddress.read($0) } } }

    /// The name of the model in the swarm: the one that is named, or Petals' own for the base model.
    ///
    /// - Throws: `ValidationError` for what no model of a swarm is called.
    static func prefix(_ named: String?, base: String) throws -> String {
        let prefix = named ?? petalsName(base)
        guard ModuleUID.isPrefix(prefix) else {
            throw ValidationError("'\(prefix)' is no name of a model in a swarm, which has no dots and no spaces; say one with --prefix")
        }
        return prefix
    }

    /// The prefix that Petals gives a model of the hub: its name without the owner, dots as hyphens, with `-hf` at its end.
    static func petalsName(_ base: String) -> String {
        var name = (base as NSString).lastPathComponent
        if name.lowercased().hasSuffix(".gguf") { name.removeLast(5) }
        name = name.replacing(".", with: "-")
        return name.hasSuffix("-hf") ? name : name + "-hf"
    }
}
