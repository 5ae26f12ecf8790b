import Primitives

/// Reads MessagePack value by value, within limits that hold for all of them together. Integers and lengths need not be in
/// their shortest form, as no reader of MessagePack asks for that.
public struct MessagePackReader: Sendable {
    private let input: [UInt8]
    private let limits: MessagePackLimits
    private var position = 0
    private var count = 0

    public init(_ input: [UInt8], limits: MessagePackLimits = .standard) throws(MessagePackError) {
        guard input.count <= limits.maximumSize else { throw .tooLarge(limit: limits.maximumSize, actual: input.count) }
        (self.input, self.limits) = (input, limits)
    }

    /// Whether everything was read.
    public var isAtEnd: Bool { position == input.count }

    /// The next value.
    public mutating func next() throws(MessagePackError) -> MessagePackValue { try value(depth: 0) }

    /// Refuses bytes that were not read.
    public func finish() throws(MessagePackError) {
        guard isAtEnd else { throw .trailingBytes(offset: position, count: input.count - position) }
    }

    private mutating func value(depth: Int) throws(MessagePackError) -> MessagePackValue {
        let start = position
        count += 1
        guard count <= limits.maximumValues else { throw .tooManyValues(limit: limits.maximumValues) }
        let first: UInt8 = try number(from: start)
        switch first {
        case 0x00...0x7f: return .integer(Int64(first))
        case 0x80...0x8f: return try map(Int(first & 0x0f), depth, start)
        case 0x90...0x9f: return try array(Int(first & 0x0f), depth, start)
        case 0xa0...0xbf: return try text(Int(first & 0x1f), start)
        case 0xc0: return .null
        case 0xc1: throw .reserved(offset: start)
        case 0xc2: return .bool(false)
        case 0xc3: return .bool(true)
        case 0xc4...0xc6: return .binary(Array(try bytes(try length(first - 0xc4, start), start)))
        case 0xc7...0xc9: return try extended(try length(first - 0xc7, start), start)
        case 0xca: return .float(Double(Float(bitPattern: try number(from: start))))
        case 0xcb: return .float(Double(bitPattern: try number(from: start)))
        case 0xcc...0xd3: return try integer(first, start)
        case 0xd4...0xd8: return try extended(1 << Int(first - 0xd4), start)
        case 0xd9...0xdb: return try text(try length(first - 0xd9, start), start)
        case 0xdc...0xdd: return try array(try length(first - 0xdb, start), depth, start)
        case 0xde...0xdf: return try map(try length(first - 0xdd, start), depth, start)
        default: return .integer(Int64(Int8(bitPattern: first)))
        }
    }

    private mutating func integer(_ first: UInt8, _ start: Int) throws(MessagePackError) -> MessagePackValue {
        switch first {
        case 0xcc: .integer(Int64(try number(UInt8.self, from: start)))
        case 0xcd: .integer(Int64(try number(UInt16.self, from: start)))
        case 0xce: .integer(Int64(try number(UInt32.self, from: start)))
        case 0xcf: MessagePackValue(try number(UInt64.self, from: start))
        case 0xd0: .integer(Int64(try number(Int8.self, from: start)))
        case 0xd1: .integer(Int64(try number(Int16.self, from: start)))
        case 0xd2: .integer(Int64(try number(Int32.self, from: start)))
        default: .integer(try number(from: start))
        }
    }

    // What is claimed is held against what is left before anything is made of it.

    private mutating func array(_ count: Int, _ depth: Int, _ start: Int) throws(MessagePackError) -> MessagePackValue {
        guard depth < limits.maximumDepth else { throw .tooDeep(limit: limits.maximumDepth) }
        guard count <= input.count - position else { throw .truncated(offset: start) }
        var elements: [MessagePackValue] = []
        for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
        return .array(elements)
    }

    private mutating func map(_ count: Int, _ depth: Int, _ start: Int) throws(MessagePackError) -> MessagePackValue {
        guard depth < limits.maximumDepth else { throw .tooDeep(limit: limits.maximumDepth) }
        guard count <= (input.count - position) / 2 else { throw .truncated(offset: start) }
        var entries: [MessagePackValue.Entry] = []
        for _ in 0..<count {
            let key = try value(depth: depth + 1)
            entries.append(MessagePackValue.Entry(key, try value(depth: depth + 1)))
        }
        return .map(entries)
    }

    private mutating func text(_ count: Int, _ start: Int) throws(MessagePackError) -> MessagePackValue {
        guard let text = String(validating: try bytes(count, start), as: UTF8.self) else { throw .notUTF8(offset: start) }
        return .text(text)
    }

    private mutating func extended(_ count: Int, _ start: Int) throws(MessagePackError) -> MessagePackValue {
        let type: Int8 = try number(from: start)
        return .extended(type: type, data: Array(try bytes(count, start)))
    }

    private mutating func bytes(_ count: Int, _ start: Int) throws(MessagePackError) -> ArraySlice<UInt8> {
        guard count <= input.count - position else { throw .truncated(offset: start) }
        defer { position += count }
        return input[position..<position + count]
    }

    /// A length of one, two or four bytes: `form` 0, 1 or 2.
    private mutating func length(_ form: UInt8, _ start: Int) throws(MessagePackError) -> Int {
        switch form {
        case 0: Int(try number(UInt8.self, from: start))
        case 1: Int(try number(UInt16.self, from: start))
        default: Int(try number(UInt32.self, from: start))
        }
    }

    private mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self, from start: Int
    ) throws(MessagePackError) -> Number {
        guard let number = input.bigEndian(Number.self, at: position) else { throw .truncated(offset: start) }
        position += MemoryLayout<Number>.size
        return number
    }
}

extension MessagePackValue {
    /// The one value that `bytes` are.
    public init(bytes: [UInt8], limits: MessagePackLimits = .standard) throws(MessagePackError) {
        var reader = try MessagePackReader(bytes, limits: limits)
        self = try reader.next()
        try reader.finish()
    }
}
