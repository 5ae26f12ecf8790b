import HivemindWire
import MessagePack

/// What a peer does in a group.
public enum AveragingMode: Int, Sendable {
    /// It sends and averages.
    case node = 0
    /// It sends only.
    case client = 1
    /// It averages only.
    case auxiliary = 2
}

/// Which peer of a group averages which part of the tensors: all of the group compute the same (`load_balancing` and
/// `TensorPartContainer` of Hivemind, for peers that tell no bandwidth).
public struct GroupSplit: Equatable, Sendable {
    /// Bytes of one part at most, once compressed.
    public static let partBytes = 1 << 19

    /// A run of numbers of one tensor.
    public struct Part: Equatable, Sendable {
        public var tensor: Int
        public var range: Range<Int>
    }

    /// By peer, the parts that it averages, in their order.
    public let parts: [[Part]]

    /// - Parameters:
    ///   - counts: numbers of each tensor.
    ///   - modes: of each peer, in the group's order; at least one that averages.
    ///   - compression: of what is sent; `nil` is returned for one that is not written here.
    public init?(counts: [Int], modes: [AveragingMode], compression: SerialisedTensor.Compression, partBytes: Int = Self.partBytes) {
        guard let width = SerialisedTensor.bytesPerNumber(compression), modes.contains(where: { $0 != .client }) else { return nil }
        let pivots = Self.pivots(total: counts.reduce(0, +), modes: modes)
        let length = partBytes / width
        var (parts, position, peer) = ([[Part]](repeating: [], count: modes.count), 0, 0)
        for (tensor, count) in counts.enumerated() {
            // Torch makes one empty part of an empty tensor.
            for start in stride(from: 0, to: max(count, 1), by: length) {
                let part = Part(tensor: tensor, range: start..<min(start + length, count))
                let end = position + part.range.count
                var owner = peer
                if end > pivots[peer] {
                    // It lies on a border: the peer with most of it has it all.
                    var shares = [pivots[peer] - position]
                    while end > pivots[peer] {
                        peer += 1
                        shares.append(min(end, pivots[peer]) - pivots[peer - 1])
                    }
                    owner += shares.indices.reduce(0) { shares[$1] > shares[$0] ? $1 : $0 }
                }
                parts[owner].append(part)
                position = end
            }
        }
        self.parts = parts
    }

    /// Where each peer's share ends.
    private static func pivots(total: Int, modes: [AveragingMode]) -> [Int] {
        let averaging = modes.map { $0 == .client ? 0 : 1 }
        let count = averaging.reduce(0, +)
        // Hagenbach-Bischoff with equal scores: what is left over goes to the first ones.
        var (left, sum) = (total - total / count * count, 0)
        var pivots = averaging.map { averages -> Int in
            guard averages == 1 else { return sum }
            sum += total / count + (left > 0 ? 1 : 0)
            left -= 1
            return sum
        }
        if total > 0 { pivots = pivots.map { Int(Double($0) / Double(total) * Double(total)) } }
        pivots[pivots.count - 1] = total
        return pivots
    }
}

/// What tensors of FP32 are, so that only peers with the same ones average: 20 bytes.
public enum TensorSchema {
    public static func hash(shapes: [[Int]]) -> [UInt8] {
        let descriptors = shapes.map { shape in
            MessagePackValue.map(
                [
                    ("size", "torch.Size([\(shape.map(String.init).joined(separator: ", "))])"), ("dtype", "torch.float32"),
                    ("layout", "torch.strided"), ("device", "cpu"), ("requires_grad", "False"), ("pin_memory", "False"),
                    ("compression", "0"),
                ].map { MessagePackValue.Entry(.text($0), .text($1)) })
        }
        return DHTID(key: .array(descriptors)).bytes
    }
}
