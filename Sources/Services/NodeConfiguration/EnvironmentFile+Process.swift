extension EnvironmentFile {
    /// The settings a node takes from its process's environment as well: the keys of `env.example`.
    public static let keys: [String] = [
        "GENESIS_SEED", "GENESIS_HOST", "GENESIS_TIME", "AI_QUORUM", "DHT_PORT", "GETH_HTTP_PORT", "GETH_WS_PORT", "GETH_P2P_PORT",
        "GETH_AUTH_PORT", "PRYSM_GRPC_PORT", "PRYSM_REST_PORT", "PRYSM_P2P_PORT", "AI_ENGINE_PORT", "SLASHER_PORT", "METRICS_PORT",
    ]

    /// These settings with those of a process's environment over them, as containers pass them. Other variables, and
    /// empty ones, are left aside.
    public func overridden(by environment: [String: String]) -> EnvironmentFile {
        var result = self
        for key in Self.keys {
            if let value = environment[key], !value.isEmpty { result[key] = value }
        }
        return result
    }
}
