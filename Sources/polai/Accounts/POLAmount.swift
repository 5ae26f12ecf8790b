import ArgumentParser
import Primitives

/// An amount that a person writes, in POL: `32`, `0.5`, up to 18 digits after the point.
struct POLAmount: ExpressibleByArgument, Equatable, CustomStringConvertible {
    static let weiPerPOL = UInt256(1_000_000_000_000_000_000)
    private static let digits = 18

    let wei: UInt256

    init(wei: UInt256) { self.wei = wei }

    init?(argument: String) {
        let parts = argument.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.count <= 20 else { return nil }
        let fraction = parts.count > 1 ? parts[1] : ""
        guard parts.count == 1 || (1...Self.digits).contains(fraction.count), (whole + fraction).allSatisfy({ ("0"..."9").contains($0) })
        else { return nil }
        let text = whole + fraction + String(repeating: "0", count: Self.digits - fraction.count)
        guard let wei = UInt256(decimal: String(text)) else { return nil }
        self.wei = wei
    }

    /// Without zeros at the end: `32`, `0.5`.
    var description: String {
        let text = "\(wei)"
        let padded = String(repeating: "0", count: max(0, Self.digits + 1 - text.count)) + text
        let fraction = padded.suffix(Self.digits).reversed().drop { $0 == "0" }.reversed()
        let whole = padded.dropLast(Self.digits)
        return fraction.isEmpty ? String(whole) : "\(whole).\(String(fraction))"
    }
}
