import Primitives

/// The text form of IPv6 addresses (RFC 4291, written as RFC 5952 asks).
enum IPv6Text {
    static func parse(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count >= 3, halves.count <= 9 else { return nil }
        var (front, back, sawGap) = ([UInt16](), [UInt16](), false)
        var index = 0
        while index < halves.count {
            let part = halves[index]
            if part.isEmpty {
                // `::`: an empty part inside, two at an end.
                if index == 0 {
                    guard halves[1].isEmpty else { return nil }
                    index += 1
                }
                guard !sawGap else { return nil }
                sawGap = true
                if index == halves.count - 2, halves[index + 1].isEmpty { index += 1 } else if index == halves.count - 1 { return nil }
                index += 1
                continue
            }
            var groups: [UInt16] = []
            if index == halves.count - 1, part.contains(".") {
                let bytes = part.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
                guard bytes.count == 4, part.split(separator: ".", omittingEmptySubsequences: false).count == 4 else { return nil }
                groups = [0, 2].compactMap { bytes.bigEndian(UInt16.self, at: $0) }
            } else {
                guard part.count <= 4, let group = UInt16(part, radix: 16), part.first != "+" else { return nil }
                groups = [group]
            }
            if sawGap { back += groups } else { front += groups }
            index += 1
        }
        let missing = 8 - front.count - back.count
        guard sawGap ? missing >= 1 : missing == 0 else { return nil }
        let groups = front + [UInt16](repeating: 0, count: missing) + back
        return groups.flatMap(\.bigEndianBytes)
    }

    static func format(_ bytes: [UInt8]) -> String {
        guard bytes.count == 16 else { return "" }
        let groups = (0..<8).compactMap { bytes.bigEndian(UInt16.self, at: 2 * $0) }
        var (best, length) = (0, 0)
        var start = 0
        while start < 8 {
            let run = groups[start...].prefix { $0 == 0 }.count
            if run > length { (best, length) = (start, run) }
            start += max(run, 1)
        }
        func text(_ part: some Sequence<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return length < 2 ? text(groups) : text(groups[..<best]) + "::" + text(groups[(best + length)...])
    }
}
