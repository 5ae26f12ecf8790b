import Synchronization

/// A progress bar for anything that takes more than two seconds: drawn on a terminal, a line every ten per cent
/// elsewhere.
struct ProgressBar: Sendable {
    private let title: String
    private let lastTenth = SharedTenth()

    init(_ title: String) {
        self.title = title
    }

    /// Shows that `fraction`, from 0 to 1, is done.
    func update(_ fraction: Double) {
        let bounded = min(1, max(0, fraction))
        if ConsoleOutput.isTerminal {
            let filled = Int(bounded * 30)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            ConsoleOutput.setBar("\(title) \(bar) \(Int(bounded * 100)) %")
        } else if lastTenth.advance(to: Int(bounded * 10)) {
            ConsoleOutput.write("\(title) \(Int(bounded * 100)) %\n")
        }
    }

    func finish() {
        ConsoleOutput.setBar("")
    }
}

/// The last tenth that was printed.
private final class SharedTenth: Sendable {
    private let value = Mutex(0)

    func advance(to tenth: Int) -> Bool {
        value.withLock { value in
            guard tenth > value else { return false }
            value = tenth
            return true
        }
    }
}
