/// JSON as Python's `json` writes it by default, which is a little more than JSON: `NaN`, `Infinity`, and halves of characters.
enum PythonJSON {
    /// The line as JSON: numbers that JSON does not know become null, half characters U+FFFD. The rest stays as it is.
    static func standard(_ line: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(line)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        var isInString = false
        func follows(_ text: StaticString) -> Bool {
            let length = text.utf8CodeUnitCount
            return index + length <= bytes.count && text.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + length]) }
        }
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    let unit = escapedUnit(bytes, at: index)
                    let following = unit.flatMap { _ in escapedUnit(bytes, at: index + 6) }
                    switch (unit, following) {
                    case (.some(0xd800...0xdbff), .some(0xdc00...0xdfff)):
                        result += bytes[index..<index + 12]
                        index += 12
                    case (.some(0xd800...0xdfff), _):
                        result += "\\ufffd".utf8
                        index += 6
                    default:
                        result += bytes[index..<index + 2]
                        index += 2
                    }
                    continue
                }
                isInString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if let length = follows("-Infinity") ? 9 : follows("Infinity") ? 8 : follows("NaN") ? 3 : nil {
                result += "null".utf8
                index += length
                continue
            }
            result.append(byte)
            index += 1
        }
        return result
    }

    /// The number of a `\\uXXXX` at `index`.
    private static func escapedUnit(_ bytes: [UInt8], at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else { return nil }
        return UInt16(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
}
