import Foundation

/// The process's memory as the kernel counts it.
enum MemoryUse {
    /// The largest resident size so far, in bytes.
    static var peak: Int { value(of: "VmHWM:") }
    /// The resident size now, in bytes.
    static var now: Int { value(of: "VmRSS:") }

    private static func value(of key: String) -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(key) }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return kilobytes * 1024
    }

    /// In units of 2^30 bytes.
    static func gibibytes(_ bytes: Int) -> String { String(format: "%.2f GiB", Double(bytes) / 0x1p30) }
}
