import ArgumentParser
import ContentNetwork
import Multiformats
import NodeConfiguration

/// Where a node finds others.
struct PeerOptions: ParsableArguments {
    @Option(
        help: """
            Where to join: a multiaddr such as /ip4/192.0.2.1/tcp/13337, or host:port. Repeatable (default: GENESIS_HOST).
            """)
    var bootstrap: [String] = []

    @Flag(help: "Join at no place; others may join here, and peers of earlier runs are dialled.")
    var solo = false

    @Flag(help: "Neither relay for peers behind NATs nor tell peers whether they can be dialled.")
    var noRelay = false

    func validate() throws {
        for text in bootstrap { try refusing { try BootstrapAddress.read(text) } }
        guard !solo || bootstrap.isEmpty else { throw ValidationError("--solo joins nobody; leave out --bootstrap") }
    }
}

/// Where a node finds others, from options and `.env` together.
struct PeerSettings {
    var bootstrap: [Multiaddr] = []
    var isSolo = false
    /// Whether it relays for peers behind NATs, and tells peers whether they can be dialled.
    var helpsOthers = true

    /// Whether no place is named, or only this machine at the default port.
    var namesOnlyThisMachine: Bool {
        bootstrap.allSatisfy { place in
            guard place.components.count >= 2, place.components[1].port == 13337 else { return false }
            let host = place.components[0]
            return switch host.kind {
            case .ip4: host.value.first == 127
            case .ip6: host.value.last == 1 && host.value.dropLast().allSatisfy { $0 == 0 }
            default: host.value == Array("localhost".utf8)
            }
        }
    }

    /// Reads a place to join at.
    @discardableResult
    static func places(_ text: String) throws -> [Multiaddr] { try BootstrapAddress.read(text) }

    /// No place to join at, and no complaint that nobody is there.
    static var alone: PeerSettings { PeerSettings(isSolo: true) }

    private init(isSolo: Bool) { self.isSolo = isSolo }

    init(_ options: PeerOptions, _ file: EnvironmentFile) throws {
        isSolo = options.solo
        helpsOthers = !options.noRelay
        guard !isSolo else { return }
        for text in options.bootstrap { bootstrap += try BootstrapAddress.read(text) }
        if options.bootstrap.isEmpty, let host = file["GENESIS_HOST"] {
            do { bootstrap = try BootstrapAddress.read(host) } catch { throw SetupError("GENESIS_HOST: \(error)") }
        }
    }
}
