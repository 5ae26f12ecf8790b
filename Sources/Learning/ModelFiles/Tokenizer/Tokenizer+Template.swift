/// Text that a chat template wrote around a user's words: its own control tokens are tokens, the user's are not.
extension Tokenizer {
    /// `text` with `marker` after the first character of everything in it that spells an added token.
    ///
    /// - Parameter marker: a character that is not in `text`.
    public func guarding(_ text: String, with marker: Unicode.Scalar) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var result = ""
            var start = 0
            var index = 0
            while index < bytes.count {
                let length = Self.scalarLength(bytes[index])
                if longestAddedToken(bytes, at: index) != nil {
                    let end = min(bytes.count, index + length)
                    result += String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
                    result.unicodeScalars.append(marker)
                    start = end
                }
                index += length
            }
            return result + String(decoding: UnsafeBufferPointer(rebasing: bytes[start...]), as: UTF8.self)
        }
    }

    /// The ids of `text`: added tokens are found in it as it is written, `marker` breaks their spelling and stands for
    /// nothing; nothing is put before or after.
    public func encode(template text: String, guardedBy marker: Unicode.Scalar) -> [Int32] {
        var ids: [Int32] = []
        var text = text
        let mark = Array(String(Character(marker)).utf8)
        text.withUTF8 { bytes in
            var plain = 0
            var index = 0
            func encodePlain(to end: Int) {
                guard plain < end else { return }
                let piece = String(decoding: UnsafeBufferPointer(rebasing: bytes[plain..<end]), as: UTF8.self)
                let kept = String(String.UnicodeScalarView(piece.unicodeScalars.filter { $0 != marker }))
                ids += encode(kept, addingSpecialTokens: false, parsingAddedTokens: false)
            }
            while index < bytes.count {
                if let (length, token) = longestAddedToken(bytes, at: index), !bytes[(index + length)...].starts(with: mark) {
                    encodePlain(to: index)
                    ids.append(token)
                    index += length
                    plain = index
                } else {
                    index += Self.scalarLength(bytes[index])
                }
            }
            encodePlain(to: bytes.count)
        }
        return ids
    }

    private func longestAddedToken(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (length: Int, token: Int32)? {
        let raw = rawTokens.longest(bytes, at: index, end: bytes.count)
        let normalized = normalizedTokens.longest(bytes, at: index, end: bytes.count)
        guard let raw else { return normalized }
        guard let normalized else { return raw }
        return normalized.length > raw.length ? normalized : raw
    }

    private static func scalarLength(_ byte: UInt8) -> Int { byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4 }
}
