/// Finds tokens that are taken out of the text before anything else: the leftmost, and the longest there.
struct AddedTokens: Sendable {
    /// A trie over bytes: (node, byte) to node.
    private var edges: [UInt64: Int] = [:]
    /// The token that ends at each node, or -1.
    private var tokens: [Int32] = [-1]
    private var firstBytes = [Bool](repeating: false, count: 256)

    var isEmpty: Bool { edges.isEmpty }

    mutating func add(_ content: some Collection<UInt8>, id: Int32) {
        var node = 0
        for byte in content {
            if node == 0 { firstBytes[Int(byte)] = true }
            let key = UInt64(node) << 8 | UInt64(byte)
            if let next = edges[key] {
                node = next
            } else {
                tokens.append(-1)
                node = tokens.count - 1
                edges[key] = node
            }
        }
        if node > 0 { tokens[node] = id }
    }

    /// Cuts `range` of `text` at the tokens in it: pieces of plain text (`token` is `nil`) and tokens, in order.
    func split(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [(range: Range<Int>, token: Int32?)] {
        var parts: [(range: Range<Int>, token: Int32?)] = []
        var plain = range.lowerBound
        var index = plain
        while index < range.upperBound {
            guard firstBytes[Int(text[index])], let (length, token) = longest(text, at: index, end: range.upperBound) else {
                index += 1
                continue
            }
            if plain < index { parts.append((plain..<index, nil)) }
            parts.append((index..<index + length, token))
            index += length
            plain = index
        }
        if plain < range.upperBound { parts.append((plain..<range.upperBound, nil)) }
        return parts
    }

    /// The longest token that begins at `start`.
    func longest(_ text: UnsafeBufferPointer<UInt8>, at start: Int, end: Int) -> (length: Int, token: Int32)? {
        guard start < end, firstBytes[Int(text[start])] else { return nil }
        var node = 0
        var found: (Int, Int32)?
        var index = start
        while index < end, let next = edges[UInt64(node) << 8 | UInt64(text[index])] {
            node = next
            index += 1
            if tokens[node] >= 0 { found = (index - start, tokens[node]) }
        }
        return found
    }
}
