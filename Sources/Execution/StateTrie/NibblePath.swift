/// Keys as half-bytes, and their compact "hex-prefix" encoding (Yellow Paper, appendix C).
enum NibblePath {
    /// The half-bytes of `key`, high ones first.
    static func nibbles(of key: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(key.count * 2)
        for byte in key {
            result.append(byte >> 4)
            result.append(byte & 0x0f)
        }
        return result
    }

    /// The bytes of an even number of half-bytes.
    static func bytes(of nibbles: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(nibbles.count / 2)
        var high: UInt8?
        for nibble in nibbles {
            if let first = high {
                result.append(first << 4 | nibble)
                high = nil
            } else {
                high = nibble
            }
        }
        return result
    }

    /// The length of the common beginning.
    static func commonPrefix(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Int {
        var count = 0
        for (one, other) in zip(left, right) {
            if one != other { return count }
            count += 1
        }
        return count
    }

    /// Hex-prefix encoding: a flag half-byte (2 for a leaf, 1 for an odd length), a zero one when even, the path.
    static func compact(_ path: some Collection<UInt8>, isLeaf: Bool) -> [UInt8] {
        let isOdd = path.count % 2 == 1
        let flag: UInt8 = (isLeaf ? 2 : 0) + (isOdd ? 1 : 0)
        return bytes(of: [flag] + (isOdd ? [] : [0]) + Array(path))
    }

    /// The path and kind that `compact` encodes; `nil` when its flag or padding is wrong.
    static func expand(_ compact: some Collection<UInt8>) -> (path: [UInt8], isLeaf: Bool)? {
        guard let first = compact.first else { return nil }
        let flag = first >> 4
        guard flag <= 3 else { return nil }
        let isOdd = flag & 1 == 1
        guard isOdd || first & 0x0f == 0 else { return nil }
        return (Array(nibbles(of: compact).dropFirst(isOdd ? 1 : 2)), flag & 2 == 2)
    }
}
