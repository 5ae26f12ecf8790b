import Primitives
import SlashingProtection

/// One validator's history as the database stores it: eight bytes of its SHA-256, then `ValidatorHistory.bytes`. The
/// checksum tells a damaged number from a signed one.
struct StoredHistory {
    private static let checksumLength = 8

    let history: ValidatorHistory

    init(_ history: ValidatorHistory) {
        self.history = history
    }

    /// - Throws: `SlashingProtectionError.corruptHistory`.
    init(bytes: [UInt8]) throws(SlashingProtectionError) {
        let content = Array(bytes.dropFirst(Self.checksumLength))
        guard bytes.count > Self.checksumLength, Self.checksum(of: content) == Array(bytes.prefix(Self.checksumLength))
        else { throw .corruptHistory("the checksum does not fit") }
        history = try ValidatorHistory(bytes: content)
    }

    var bytes: [UInt8] {
        let content = history.bytes
        return Self.checksum(of: content) + content
    }

    private static func checksum(of content: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(content).bytes.prefix(checksumLength))
    }
}
