import ArgumentParser
import HTTPDoor
import NodeConfiguration

/// JSON-RPC over WebSocket as geth spells it.
struct WebSocketOptions: ParsableArguments {
    @Flag(
        name: .customLong("ws"),
        help: "Insist on JSON-RPC over WebSocket: at its standard port a node otherwise does without it where that is taken.")
    var isInsisted = false

    @Option(name: .customLong("ws.addr"), help: "Address of JSON-RPC over WebSocket (default: that of the other doors).")
    var address: String?

    @Option(name: .customLong("ws.port"), help: "Port of JSON-RPC over WebSocket (default: GETH_WS_PORT, 8546).")
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

    /// These options, and the port that `.env` names where they name none.
    func with(_ ports: Ports) -> WebSocketOptions {
        guard port == nil, !ports.isWebSocketOptional else { return self }
        var named = self
        named.port = ports.gethWS
        return named
    }

    /// Whether the node can do without.
    var isOptional: Bool { !isInsisted && port == nil }
    /// `nil` is all.
    var namespaces: Set<String>? { api.map { Set($0.names) } }
    var originList: OriginList { OriginList(origins?.names ?? []) }

    func listenAddress(host: String) -> ListenAddress { ListenAddress(host: address ?? host, port: port ?? Ports().gethWS) }
}
