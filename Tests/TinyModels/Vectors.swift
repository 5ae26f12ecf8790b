public import Foundation

/// Little-endian FP32 values in base64.
public struct EncodedFloats: Decodable, Sendable {
    public let values: [Float]

    public init(from decoder: any Decoder) throws {
        let bytes = [UInt8](try decoder.singleValueContainer().decode(Data.self))
        values = stride(from: 0, to: bytes.count - 3, by: 4).map { offset in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) })
        }
    }
}

/// Decodes a JSON file of a test bundle.
public func decode<Value: Decodable>(_ type: Value.Type, from name: String, in bundle: Bundle) throws -> Value {
    guard let url = bundle.url(forResource: name, withExtension: "json", subdirectory: "Vectors") else {
        throw CocoaError(.fileNoSuchFile)
    }
    return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}
