/// What a TCP port may be, the same for `.env`, the environment and the command line.
public enum PortNumber {
    /// 0 lets the system choose.
    static let range = 0...65_535

    /// Refuses what is no port.
    ///
    /// - Parameter key: the setting as the operator wrote it, `GETH_HTTP_PORT` or `--geth-http-port`.
    public static func check(_ port: Int, key: String) throws(Ports.PortError) {
        guard range.contains(port) else { throw .notANumber(key: key, value: String(port)) }
    }

    /// Reads a port: decimal digits and nothing else.
    public static func parse(_ text: String, key: String) throws(Ports.PortError) -> Int {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(text), range.contains(port) else {
            throw .notANumber(key: key, value: text)
        }
        return port
    }
}
