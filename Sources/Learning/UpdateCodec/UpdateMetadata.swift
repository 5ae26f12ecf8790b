public import Primitives

/// What an update says of itself beside its values: where it starts, who made it, and how to make it again.
public struct UpdateMetadata: Sendable, Equatable {
    /// The model it was trained on.
    public var baseModelRoot: Hash32
    /// The adapter it is a step from.
    public var parentAdapterRoot: Hash32
    /// The execution address that is rewarded.
    public var trainer: Address
    /// The trainer's libp2p public key, in libp2p's protobuf encoding.
    public var publicKey: [UInt8]
    /// Optimizer steps of the round.
    public var steps: UInt64
    /// Number of the round, counted by the trainer.
    public var round: UInt64
    /// The seed that orders and drops in the round.
    public var seed: UInt64
    /// SHA-256 of the training data.
    public var dataHash: Hash32
    /// The hyperparameters, in the trainer's words; printable ASCII of at most `maximumRecipeLength` characters.
    public var recipe: String
    /// Whose numbers it is the average of (``UpdateContributor``), in ascending order of their keys; none where it was not averaged.
    public var contributors: [UpdateContributor] = []

    public static let maximumRecipeLength = 256
    /// Longest public key and longest signature, in bytes; those of a 4,096-bit RSA key fit.
    public static let maximumKeyLength = 1024

    public init(
        baseModelRoot: Hash32, parentAdapterRoot: Hash32, trainer: Address, publicKey: [UInt8], steps: UInt64,
        round: UInt64, seed: UInt64, dataHash: Hash32, recipe: String = ""
    ) {
        self.baseModelRoot = baseModelRoot
        self.parentAdapterRoot = parentAdapterRoot
        self.trainer = trainer
        self.publicKey = publicKey
        self.steps = steps
        self.round = round
        self.seed = seed
        self.dataHash = dataHash
        self.recipe = recipe
    }
}

extension UpdateMetadata {
    static let format = "polai-update-1"
    private static let keys: Set<String> = [
        "format", "codec", "base_model_root", "parent_adapter_root", "trainer", "public_key", "signature", "steps",
        "round", "seed", "data_hash", "recipe", contributorsKey,
    ]

    /// The safetensors metadata: hashes, keys and addresses as `0x` and lower-case hexadecimal, numbers in decimal.
    func entries(codec: UpdateEncoding, signature: [UInt8]) -> [String: String] {
        contributorsEntry.merging([
            "format": Self.format,
            "codec": codec.rawValue,
            "base_model_root": baseModelRoot.hex,
            "parent_adapter_root": parentAdapterRoot.hex,
            "trainer": trainer.bytes.hex,
            "public_key": publicKey.hex,
            "signature": signature.hex,
            "steps": String(steps),
            "round": String(round),
            "seed": String(seed),
            "data_hash": dataHash.hex,
            "recipe": recipe,
        ]) { _, own in own }
    }

    /// Reads ``entries(codec:signature:)``; the caller compares canonical forms.
    static func parse(
        _ entries: [String: String]
    ) throws(UpdateFileError) -> (metadata: UpdateMetadata, codec: UpdateEncoding, signature: [UInt8]) {
        for key in entries.keys where !keys.contains(key) { throw .badMetadata(key: key, reason: "is unknown") }
        func text(_ key: String) throws(UpdateFileError) -> String {
            guard let value = entries[key] else { throw .badMetadata(key: key, reason: "is missing") }
            return value
        }
        func bytes(_ key: String, count: ClosedRange<Int>) throws(UpdateFileError) -> [UInt8] {
            let value = try text(key)
            guard let bytes = try? [UInt8](hex: value), count.contains(bytes.count) else {
                throw .badMetadata(key: key, reason: "is not hexadecimal of \(count.lowerBound) to \(count.upperBound) bytes")
            }
            return bytes
        }
        func hash(_ key: String) throws(UpdateFileError) -> Hash32 { Hash32(try bytes(key, count: 32...32)) ?? .zero }
        func number(_ key: String) throws(UpdateFileError) -> UInt64 {
            guard let value = UInt64(try text(key)) else { throw .badMetadata(key: key, reason: "is not a number") }
            return value
        }
        guard try text("format") == format else { throw .badMetadata(key: "format", reason: "is not \(format)") }
        let codecName = try text("codec")
        guard let codec = UpdateEncoding(rawValue: codecName) else { throw .unknownCodec(String(codecName.prefix(40))) }
        guard let trainer = Address(try bytes("trainer", count: 20...20)) else {
            throw .badMetadata(key: "trainer", reason: "is not an address")
        }
        let recipe = try text("recipe")
        try checkRecipe(recipe)
        var metadata = UpdateMetadata(
            baseModelRoot: try hash("base_model_root"), parentAdapterRoot: try hash("parent_adapter_root"),
            trainer: trainer, publicKey: try bytes("public_key", count: 1...maximumKeyLength),
            steps: try number("steps"), round: try number("round"), seed: try number("seed"),
            dataHash: try hash("data_hash"), recipe: recipe)
        metadata.contributors = try contributors(entries[contributorsKey])
        return (metadata, codec, try bytes("signature", count: 1...maximumKeyLength))
    }

    static func checkRecipe(_ recipe: String) throws(UpdateFileError) {
        guard recipe.utf8.count <= maximumRecipeLength, recipe.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
            throw .badMetadata(key: "recipe", reason: "is not at most \(maximumRecipeLength) printable ASCII characters")
        }
    }
}
