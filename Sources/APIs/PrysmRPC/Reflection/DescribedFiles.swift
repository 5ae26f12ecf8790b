import BeaconTypes
import Foundation
import SwiftProtobuf

/// The `.proto` files of this room as reflection answers them, found by name and by symbol.
struct DescribedFiles: Sendable {
    let services: [String]
    private let files: [String: Google_Protobuf_FileDescriptorProto]
    /// Message, enum, service and method names to the file that declares them.
    private let symbols: [String: String]
    /// Bytes above which a name is nobody's. Looking up a long one could take minutes: see `String.hasLongMarkRun`.
    private static let longestName = 512

    /// - Parameter services: the full names of the services on the door, in the order of their listing.
    init(services: [String]) {
        self.services = services.sorted()
        let bytes = Data(base64Encoded: DescriptorSet.base64, options: .ignoreUnknownCharacters) ?? Data()
        let set = (try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)) ?? Google_Protobuf_FileDescriptorSet()
        files = Dictionary(set.file.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var symbols: [String: String] = [:]
        for file in set.file {
            let scope = file.package.isEmpty ? "" : file.package + "."
            for service in file.service {
                symbols[scope + service.name] = file.name
                for method in service.method { symbols["\(scope)\(service.name).\(method.name)"] = file.name }
            }
            for message in file.messageType { Self.add(message, scope: scope, file: file.name, to: &symbols) }
            for enumeration in file.enumType { symbols[scope + enumeration.name] = file.name }
        }
        self.symbols = symbols
    }

    private static func add(
        _ message: Google_Protobuf_DescriptorProto, scope: String, file: String, to symbols: inout [String: String]
    ) {
        let name = scope + message.name
        symbols[name] = file
        for nested in message.nestedType { add(nested, scope: name + ".", file: file, to: &symbols) }
        for enumeration in message.enumType { symbols["\(name).\(enumeration.name)"] = file }
        for field in message.field { symbols["\(name).\(field.name)"] = file }
    }

    /// The file and all that it imports, each once; `nil` for an unknown name.
    func file(named name: String) -> [Data]? {
        guard name.utf8.count <= Self.longestName, files[name] != nil else { return nil }
        var wanted = [name]
        var seen: Set<String> = [name]
        var found: [Data] = []
        while let next = wanted.popLast() {
            guard let file = files[next], let bytes: Data = try? file.serializedBytes() else { continue }
            found.append(bytes)
            for dependency in file.dependency where seen.insert(dependency).inserted { wanted.append(dependency) }
        }
        return found
    }

    /// The file that declares a symbol, and all that it imports.
    func file(declaring symbol: String) -> [Data]? {
        symbol.utf8.count <= Self.longestName ? symbols[symbol].flatMap(file(named:)) : nil
    }
}
