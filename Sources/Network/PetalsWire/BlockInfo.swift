public import HivemindAveraging
public import HivemindWire
import MessagePack

/// `rpc_info`'s answer: what a server has room for and, where a block is named, the tensors that its calls take and give.
public struct BlockInfo: Equatable, Sendable {
    /// A tensor of a call: Hivemind's `BatchTensorDescriptor`, extension type 0x51. The first dimension is always open.
    public struct Descriptor: Equatable, Sendable {
        static let type: Int8 = 0x51

        /// Without the first, open one.
        public var dimensions: [Int]
        /// `float32`, `int64`, …
        public var type: String
        public var compression: SerialisedTensor.Compression

        public init(_ dimensions: [Int], type: String = "float32", compression: SerialisedTensor.Compression = .none) {
            (self.dimensions, self.type, self.compression) = (dimensions, type, compression)
        }
    }

    public struct Schema: Equatable, Sendable {
        /// What `rpc_forward` takes.
        public var forward: [Descriptor]
        /// What it gives.
        public var outputs: [Descriptor]
        /// What `rpc_inference` takes.
        public var inference: [Descriptor]

        public init(forward: [Descriptor], outputs: [Descriptor], inference: [Descriptor]) {
            (self.forward, self.outputs, self.inference) = (forward, outputs, inference)
        }

        /// Of a block over hidden states of `width` numbers in FP32: states; then prompts and the hypotheses' places.
        public init(width: Int) {
            let states = Descriptor([1, 2048, width])
            self.init(forward: [states], outputs: [states], inference: [states, Descriptor([]), Descriptor([], type: "int64")])
        }
    }

    public var version: String
    /// Whether it can be called only where it called first.
    public var isClient: Bool
    /// Tokens for whose keys and values one block still has room.
    public var cacheTokensAvailable: Int
    public var schema: Schema?

    public init(version: String, isClient: Bool = false, cacheTokensAvailable: Int, schema: Schema?) {
        (self.version, self.isClient, self.cacheTokensAvailable) = (version, isClient, cacheTokensAvailable)
        self.schema = schema
    }

    /// Reads MessagePack.
    public init(bytes: [UInt8]) throws(HivemindError) {
        let limits = MessagePackLimits(maximumSize: 64 * 1024, maximumDepth: 8, maximumValues: 2048)
        let value: MessagePackValue
        do { value = try MessagePackValue(bytes: bytes, limits: limits) } catch { throw .messagePack(error) }
        guard value.map != nil else { throw .malformed("a server's information is no map") }
        self.init(
            version: value["version"]?.text ?? "", isClient: value["dht_client_mode"]?.bool ?? false,
            cacheTokensAvailable: max(0, value["cache_tokens_available"]?.int ?? 0), schema: nil)
        guard let forward = value["forward_schema"], let outputs = value["outputs_schema"], let inference = value["inference_schema"] else {
            return
        }
        schema = Schema(
            forward: try Self.arguments(forward), outputs: try Self.descriptors(outputs), inference: try Self.arguments(inference))
    }

    /// Those of a pair of positional arguments and keywords.
    private static func arguments(_ value: MessagePackValue) throws(HivemindError) -> [Descriptor] {
        guard let pair = value.tuple ?? value.array, pair.count == 2 else { throw .malformed("a call's arguments are no pair") }
        return try descriptors(pair[0])
    }

    private static func descriptors(_ value: MessagePackValue) throws(HivemindError) -> [Descriptor] {
        guard let list = value.tuple ?? value.array, list.count <= 16 else { throw .malformed("a call's arguments are no list") }
        return try list.map { element throws(HivemindError) in try Descriptor(element) }
    }

    public var bytes: [UInt8] {
        var fields: [(String, MessagePackValue)] = [
            ("version", .text(version)), ("dht_client_mode", .bool(isClient)),
            ("cache_tokens_available", .integer(Int64(cacheTokensAvailable))),
        ]
        if let schema {
            func tuple(_ descriptors: [Descriptor]) -> MessagePackValue { .tuple(descriptors.map(\.value)) }
            fields += [
                ("forward_schema", .tuple([tuple(schema.forward), .map([])])), ("outputs_schema", tuple(schema.outputs)),
                ("keyword_names", .tuple([])), ("inference_schema", .tuple([tuple(schema.inference), .map([])])),
            ]
        }
        return MessagePackValue.map(fields.map { .init(.text($0.0), $0.1) }).bytes
    }
}

extension BlockInfo.Descriptor {
    private static let typePrefix = "torch."

    init(_ value: MessagePackValue) throws(HivemindError) {
        guard case .extended(Self.type, let data) = value, let fields = try? MessagePackValue(bytes: data),
            let size = fields["size"].flatMap({ $0.tuple ?? $0.array }), size.first?.isNull == true,
            let type = fields["dtype"]?.text, type.hasPrefix(Self.typePrefix),
            let compression = fields["compression"]?.int.flatMap({
                UInt64(exactly: $0).flatMap(SerialisedTensor.Compression.init(rawValue:))
            })
        else { throw .malformed("the description of a tensor") }
        let dimensions = size.dropFirst().compactMap(\.int)
        guard dimensions.count == size.count - 1, dimensions.count <= SerialisedTensor.maximumDimensions else {
            throw .malformed("the dimensions of a tensor")
        }
        self.init(dimensions, type: String(type.dropFirst(Self.typePrefix.count)), compression: compression)
    }

    var value: MessagePackValue {
        let fields: [(String, MessagePackValue)] = [
            ("size", .tuple([.null] + dimensions.map { .integer(Int64($0)) })), ("dtype", .text(Self.typePrefix + type)),
            ("layout", .text("torch.strided")), ("requires_grad", .bool(false)), ("pin_memory", .bool(false)),
            ("compression", .integer(Int64(compression.rawValue))), ("device_type", .null), ("device_index", .null),
        ]
        return .extended(type: Self.type, data: MessagePackValue.map(fields.map { .init(.text($0.0), $0.1) }).bytes)
    }
}
