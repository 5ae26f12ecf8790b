/// The TCP ports of one node, from `.env` keys and command-line options.
public struct Ports: Sendable, Equatable {
    /// Why a port setting was refused.
    public enum PortError: Error, Equatable, Sendable, CustomStringConvertible {
        case notANumber(key: String, value: String)
        case usedTwice(port: Int, first: String, second: String)

        public var description: String {
            switch self {
            case .notANumber(let key, let value): "\(key) is '\(value)'; a port is a number from 1 to 65535 (0 lets the system choose)"
            case .usedTwice(let port, let first, let second): "\(first) and \(second) are both \(port); give each its own port"
            }
        }
    }

    /// DHT: libp2p, and HTTP `GET /dht/peers`. `DHT_PORT`.
    public var dht = 13337
    /// Execution JSON-RPC. `GETH_HTTP_PORT`.
    public var gethHTTP = 8545
    /// Execution JSON-RPC over WebSocket. `GETH_WS_PORT`.
    public var gethWS = 8546
    /// Execution P2P. `GETH_P2P_PORT`.
    public var gethP2P = 30303
    /// Engine API with JWT. `GETH_AUTH_PORT`.
    public var gethAuth = 8551
    /// Beacon gRPC. `PRYSM_GRPC_PORT`.
    public var prysmGRPC = 4000
    /// Beacon REST. `PRYSM_REST_PORT`.
    public var prysmREST = 3500
    /// Beacon P2P. `PRYSM_P2P_PORT`.
    public var prysmP2P = 13000
    /// AI engine HTTP and dashboard. `AI_ENGINE_PORT`.
    public var aiEngine = 8552
    /// Slasher gRPC. `SLASHER_PORT`.
    public var slasher = 4003
    /// Prometheus metrics. `METRICS_PORT`.
    public var metrics = 9090

    static let keys: [(key: String, path: WritableKeyPath<Ports, Int> & Sendable)] = [
        ("DHT_PORT", \.dht), ("GETH_HTTP_PORT", \.gethHTTP), ("GETH_P2P_PORT", \.gethP2P), ("GETH_AUTH_PORT", \.gethAuth),
        ("PRYSM_GRPC_PORT", \.prysmGRPC), ("PRYSM_REST_PORT", \.prysmREST), ("PRYSM_P2P_PORT", \.prysmP2P),
        ("AI_ENGINE_PORT", \.aiEngine), ("SLASHER_PORT", \.slasher), ("METRICS_PORT", \.metrics),
        ("GETH_WS_PORT", \.gethWS),
    ]

    public init() {}

    /// The defaults with what `.env` sets.
    public init(_ file: EnvironmentFile) throws(PortError) {
        for (key, path) in Self.keys {
            guard let text = file[key], !text.isEmpty else { continue }
            self[keyPath: path] = try PortNumber.parse(text, key: key)
        }
    }

    /// Whether JSON-RPC over WebSocket is at its standard port: a node does without it where something else has that.
    public var isWebSocketOptional: Bool { gethWS == Ports().gethWS }

    /// Refuses two services on one port. Port 0 may be used by all, and of a port that it can do without the node need have none.
    public func validate() throws(PortError) {
        var seen: [Int: String] = [:]
        for (key, path) in Self.keys where self[keyPath: path] != 0 {
            let port = self[keyPath: path]
            if key == "GETH_WS_PORT", isWebSocketOptional { continue }
            if let other = seen[port] { throw .usedTwice(port: port, first: other, second: key) }
            seen[port] = key
        }
    }
}
