import Primitives

/// Writes MessagePack as msgpack-python does with `use_bin_type=True`: every integer and length in its shortest form, every
/// float in eight bytes.
public struct MessagePackWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func append(_ value: MessagePackValue) {
        switch value {
        case .null: bytes.append(0xc0)
        case .bool(let value): bytes.append(value ? 0xc3 : 0xc2)
        case .integer(let value): if value < 0 { append(negative: value) } else { append(unsigned: UInt64(value)) }
        case .unsigned(let value): append(unsigned: value)
        case .float(let value):
            bytes.append(0xcb)
            bytes.append(bigEndian: value.bitPattern)
        case .text(let text):
            append(length: text.utf8.count, short: 0xa0, upTo: 31, forms: (0xd9, 0xda, 0xdb))
            bytes += text.utf8
        case .binary(let data):
            append(length: data.count, forms: (0xc4, 0xc5, 0xc6))
            bytes += data
        case .array(let elements):
            append(length: elements.count, short: 0x90, upTo: 15, forms: (nil, 0xdc, 0xdd))
            for element in elements { append(element) }
        case .map(let entries):
            append(length: entries.count, short: 0x80, upTo: 15, forms: (nil, 0xde, 0xdf))
            for entry in entries {
                append(entry.key)
                append(entry.value)
            }
        case .extended(let type, let data): append(extended: type, data)
        }
    }

    private mutating func append(unsigned value: UInt64) {
        switch value {
        case 0...0x7f: bytes.append(UInt8(value))
        case 0x80...0xff: bytes += [0xcc, UInt8(value)]
        case 0x100...0xffff: append(0xcd, UInt16(value))
        case 0x1_0000...0xffff_ffff: append(0xce, UInt32(value))
        default: append(0xcf, value)
        }
    }

    private mutating func append(negative value: Int64) {
        switch value {
        case -32..<0: bytes.append(UInt8(bitPattern: Int8(value)))
        case -0x80 ..< -32: append(0xd0, Int8(value))
        case -0x8000 ..< -0x80: append(0xd1, Int16(value))
        case -0x8000_0000 ..< -0x8000: append(0xd2, Int32(value))
        default: append(0xd3, value)
        }
    }

    private mutating func append(extended type: Int8, _ data: [UInt8]) {
        switch data.count {
        case 1, 2, 4, 8, 16: bytes.append(0xd4 + UInt8(data.count.trailingZeroBitCount))
        default: append(length: data.count, forms: (0xc7, 0xc8, 0xc9))
        }
        bytes.append(UInt8(bitPattern: type))
        bytes += data
    }

    /// - Parameters:
    ///   - short: the form that holds the length in itself, up to `upTo`.
    ///   - forms: first bytes of lengths of one, two and four bytes.
    private mutating func append(
        length: Int, short: UInt8 = 0, upTo most: Int = -1, forms: (one: UInt8?, two: UInt8, four: UInt8)
    ) {
        if length <= most {
            bytes.append(short | UInt8(length))
        } else if let one = forms.one, length <= 0xff {
            bytes += [one, UInt8(length)]
        } else if length <= 0xffff {
            append(forms.two, UInt16(length))
        } else {
            append(forms.four, UInt32(clamping: length))
        }
    }

    private mutating func append(_ first: UInt8, _ number: some FixedWidthInteger) {
        bytes.append(first)
        bytes.append(bigEndian: number)
    }
}

extension MessagePackValue {
    /// The value as it is written.
    public var bytes: [UInt8] {
        var writer = MessagePackWriter()
        writer.append(self)
        return writer.bytes
    }
}
