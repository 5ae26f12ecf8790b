import Foundation
import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes one line an event to standard error, in the form operators know from Geth:
/// `INFO [11-23|19:35:12.123] Loss gate passed  update=0x12ab…`.
struct ConsoleLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let label: String

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        write(event.level, "\(event.message)", event.metadata)
    }

    private func write(_ level: Logger.Level, _ message: String, _ extra: Logger.Metadata?) {
        let merged = metadata.merging(extra ?? [:]) { _, new in new }
        let pairs = merged.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let name = level == .warning ? "WARN" : level.rawValue.uppercased()
        ConsoleOutput.write(
            "\(name.padding(toLength: 5, withPad: " ", startingAt: 0)) [\(Self.timestamp())] \(label): \(message)\(pairs)\n")
    }

    /// Local time as `MM-dd|HH:mm:ss.SSS`.
    private static func timestamp() -> String {
        let parts = Calendar.current.dateComponents([.month, .day, .hour, .minute, .second, .nanosecond], from: Date())
        func two(_ value: Int?) -> String { String(100 + (value ?? 0)).suffix(2).description }
        let milliseconds = String(1000 + (parts.nanosecond ?? 0) / 1_000_000).dropFirst()
        return "\(two(parts.month))-\(two(parts.day))|\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)).\(milliseconds)"
    }
}

/// Standard error, shared by log lines and the progress bar so that neither tears the other.
enum ConsoleOutput {
    private static let bar = Mutex<String>("")
    static let isTerminal = isatty(2) == 1

    static func write(_ text: String) {
        bar.withLock { bar in
            let clear = bar.isEmpty ? "" : "\r\u{1B}[K"
            FileHandle.standardError.write(Data((clear + text + bar).utf8))
        }
    }

    /// Shows `text` as the last line, redrawn under each log line; empty removes it. Only on a terminal.
    static func setBar(_ text: String) {
        guard isTerminal else { return }
        bar.withLock { bar in
            FileHandle.standardError.write(Data(("\r\u{1B}[K" + text).utf8))
            bar = text
        }
    }
}
