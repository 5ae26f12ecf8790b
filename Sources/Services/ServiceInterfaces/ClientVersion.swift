/// What this program calls itself to its peers and clients.
public enum ClientVersion {
    public static let name = "polai"
    public static let number = "0.1.0"

    /// Operating system and processor, such as `linux-x86_64`.
    public static let platform: String = {
        #if os(Linux)
            let system = "linux"
        #elseif os(macOS)
            let system = "macos"
        #else
            let system = "unknown"
        #endif
        #if arch(x86_64)
            let processor = "x86_64"
        #elseif arch(arm64)
            let processor = "arm64"
        #else
            let processor = "unknown"
        #endif
        return "\(system)-\(processor)"
    }()

    /// The compiler's release.
    public static let compiler: String = {
        #if compiler(>=6.4)
            "swift6.4"
        #elseif compiler(>=6.3)
            "swift6.3"
        #else
            "swift6.2"
        #endif
    }()

    /// `polai/v0.1.0/linux-x86_64/swift6.3`: `web3_clientVersion` and `/eth/v1/node/version`.
    public static var full: String { "\(name)/v\(number)/\(platform)/\(compiler)" }
}
