import JSON
import Primitives

extension ProtectionHistory {
    /// The version of the interchange format that is read and written.
    static let interchangeVersion = "5"

    /// Reads an EIP-3076 interchange file. A public key that stands several times is one validator.
    ///
    /// - Throws: `SlashingProtectionError.invalidInterchange` naming the field.
    public init(interchange text: some Sequence<UInt8>) throws(SlashingProtectionError) {
        let root: JSONValue
        do {
            root = try JSONValue(parsing: text)
        } catch {
            throw .invalidInterchange(field: "the file", problem: "is not JSON: \(error)")
        }
        let file = InterchangeObject(name: "the file", value: root)
        let metadata = try file.object("metadata")
        let version = try metadata.text("interchange_format_version")
        guard version == Self.interchangeVersion else {
            throw .invalidInterchange(field: "metadata.interchange_format_version", problem: "is \(version); version 5 is supported")
        }
        self.init(genesisValidatorsRoot: try metadata.hash("genesis_validators_root"))
        for entry in try file.list("data") {
            let key = try entry.publicKey("pubkey")
            var blocks: [SignedBlockRecord] = []
            for block in try entry.list("signed_blocks") {
                blocks.append(SignedBlockRecord(slot: try block.integer("slot"), signingRoot: try block.optionalHash("signing_root")))
            }
            var attestations: [SignedAttestationRecord] = []
            for attestation in try entry.list("signed_attestations") {
                attestations.append(
                    SignedAttestationRecord(
                        sourceEpoch: try attestation.integer("source_epoch"), targetEpoch: try attestation.integer("target_epoch"),
                        signingRoot: try attestation.optionalHash("signing_root")))
            }
            validators[key, default: ValidatorHistory()].merge(blocks: blocks, attestations: attestations)
        }
    }

    /// The histories as an EIP-3076 interchange file. Bounds left by pruning are written as messages without a signing
    /// root. ACK votes are not part of the format.
    public var interchange: [UInt8] {
        let data = validators.sorted { $0.key < $1.key }.map { key, history -> JSONValue in
            var blocks = history.blocks
            if let slot = history.bounds.slot { blocks.insert(SignedBlockRecord(slot: slot, signingRoot: nil), at: 0) }
            var attestations = history.attestations
            if let source = history.bounds.sourceEpoch, let target = history.bounds.targetEpoch {
                attestations.insert(SignedAttestationRecord(sourceEpoch: source, targetEpoch: target, signingRoot: nil), at: 0)
            }
            return [
                "pubkey": .string(key.hex),
                "signed_blocks": .array(
                    blocks.map { Self.object([("slot", String($0.slot)), ("signing_root", $0.signingRoot?.hex)]) }),
                "signed_attestations": .array(
                    attestations.map {
                        Self.object([
                            ("source_epoch", String($0.sourceEpoch)), ("target_epoch", String($0.targetEpoch)),
                            ("signing_root", $0.signingRoot?.hex),
                        ])
                    }),
            ]
        }
        let file: JSONValue = [
            "metadata": [
                "interchange_format_version": .string(Self.interchangeVersion),
                "genesis_validators_root": .string(genesisValidatorsRoot.hex),
            ],
            "data": .array(data),
        ]
        return file.utf8
    }

    private static func object(_ members: [(String, String?)]) -> JSONValue {
        .object(members.compactMap { name, text in text.map { JSONValue.Member(name, .string($0)) } })
    }
}

/// Reads the fields of an object, with errors that say the name.
private struct InterchangeObject {
    let name: String
    let value: JSONValue

    private func field(_ field: String) throws(SlashingProtectionError) -> JSONValue {
        guard case .object = value else { throw .invalidInterchange(field: name, problem: "should be an object, is \(value.kind)") }
        guard let found = value[field] else { throw .invalidInterchange(field: field, problem: "is missing in \(name)") }
        return found
    }

    func object(_ field: String) throws(SlashingProtectionError) -> InterchangeObject {
        InterchangeObject(name: field, value: try self.field(field))
    }

    func list(_ field: String) throws(SlashingProtectionError) -> [InterchangeObject] {
        guard let elements = try self.field(field).array else { throw .invalidInterchange(field: field, problem: "should be a list") }
        return elements.enumerated().map { InterchangeObject(name: "\(field)[\($0.offset)]", value: $0.element) }
    }

    func text(_ field: String) throws(SlashingProtectionError) -> String {
        guard let text = try self.field(field).string else {
            throw .invalidInterchange(field: field, problem: "should be a string in \(name)")
        }
        return text
    }

    /// Decimal digits in a string, as everywhere in Ethereum's consensus JSON.
    func integer(_ field: String) throws(SlashingProtectionError) -> UInt64 {
        let text = try text(field)
        guard let number = UInt64(text), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { throw .invalidInterchange(field: field, problem: "should be a decimal number below 2^64 in \(name)") }
        return number
    }

    func hash(_ field: String) throws(SlashingProtectionError) -> Hash32 {
        guard let hash = try? Hash32(hex: text(field)) else {
            throw .invalidInterchange(field: field, problem: "should be 32 bytes of hexadecimal in \(name)")
        }
        return hash
    }

    func optionalHash(_ field: String) throws(SlashingProtectionError) -> Hash32? {
        value[field] == nil ? nil : try hash(field)
    }

    func publicKey(_ field: String) throws(SlashingProtectionError) -> Bytes48 {
        guard let key = try? Bytes48(hex: text(field)) else {
            throw .invalidInterchange(field: field, problem: "should be 48 bytes of hexadecimal in \(name)")
        }
        return key
    }
}
