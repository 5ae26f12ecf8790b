import ArgumentParser
import HTTPDoor
import NodeConfiguration

/// JSON-RPC over WebSocket as geth spells it.
struct WebSocketOptions: ParsableArguments {
    /// Geth's.
    static let standardPort = 8546

    @Flag(
        name: .customLong("ws"),
        help: "Insist on JSON-RPC over WebSocket: without this and --ws.port a node does without it where its port is taken.")
    var isInsisted = false

    @Option(name: .customLong("ws.addr"), help: "Address of JSON-RPC over WebSocket (default: that of the other doors).")
    var address: String?

    @Option(name: .customLong("ws.port"), help: "Port of JSON-RPC over WebSocket (default: 8546).")
    var port: Int?

    @Option(
        name: .customLong("ws.api"),
        help: "Namespaces that it serves, with commas, as eth,net,web3 (default: all but miner and what steers the node in admin).")
    var api: NameList?

    @Option(
        name: .customLong("ws.origins"),
        help: "Origins whose web pages may connect, with commas; * is every one (default: pages of this machine).")
    var origins: NameList?

    func validate() throws {
        if let port { try refusing { try PortNumber.check(port, key: "--ws.port") } }
    }

    /// Whether the node can do without.
    var isOptional: Bool { !isInsisted && port == nil }
    /// `nil` is all.
    var namespaces: Set<String>? { api.map { Set($0.names) } }
    var originList: OriginList { OriginList(origins?.names ?? []) }

    func listenAddress(host: String) -> ListenAddress { ListenAddress(host: address ?? host, port: port ?? Self.standardPort) }
}
