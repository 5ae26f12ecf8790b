/// A JSON value (RFC 8259) as read from configuration, header and tokenizer files.
///
/// This is not the `JSON` module's value, which serves the doors: here the text is a mapped file of up to tens of
/// megabytes, read in place. Objects keep their order and have no duplicate keys, on which two readers of a
/// tensor header could disagree. Keys and strings compare by their bytes here, never by
/// Unicode equivalence, because two tokens may be canonically equivalent and still be two tokens.
package enum StrictJSON: Sendable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int)
    case number(Double)
    case string(String)
    case array([StrictJSON])
    case object([(key: String, value: StrictJSON)])

    /// The member named `key` of an object.
    package subscript(key: String) -> StrictJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var integer: Int? {
        switch self {
        case .integer(let value): value
        // Some writers give whole numbers a fraction ("8192.0").
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var array: [StrictJSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var object: [(key: String, value: StrictJSON)]? {
        if case .object(let value) = self { value } else { nil }
    }
}

/// A string that hashes and compares by its UTF-8 bytes.
package struct ByteString: Hashable, Sendable {
    package let text: String
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
