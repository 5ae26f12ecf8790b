public import MessagePack

/// Hivemind's own types of MessagePack.
extension MessagePackValue {
    static let tupleType: Int8 = 0x40
    static let dictionaryType: Int8 = 0x50

    /// A Python tuple: an array in an extension.
    public static func tuple(_ elements: [MessagePackValue]) -> MessagePackValue {
        .extended(type: tupleType, data: MessagePackValue.array(elements).bytes)
    }

    /// The elements of a tuple; `nil` for anything else, and for one whose inside cannot be read.
    public var tuple: [MessagePackValue]? {
        guard case .extended(Self.tupleType, let data) = self else { return nil }
        return (try? MessagePackValue(bytes: data))?.array
    }
}
