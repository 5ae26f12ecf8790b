public import HivemindAveraging
public import LibP2PProtocols

/// What is asked of blocks (`runtime.proto`). One without blocks and tensors ends a session.
public struct ExpertRequest: Equatable, Sendable {
    /// Tensors of one message that are read.
    public static let maximumTensors = 64

    /// The blocks, as `ModuleChain` reads them.
    public var uid: String
    public var tensors: [SerialisedTensor]
    /// MessagePack, as `RequestMetadata` reads it; empty for none.
    public var metadata: [UInt8]

    public init(uid: String = "", tensors: [SerialisedTensor] = [], metadata: [UInt8] = []) {
        (self.uid, self.tensors, self.metadata) = (uid, tensors, metadata)
    }

    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        self.init()
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                guard let text = field.text else { throw .malformed("the names of blocks") }
                uid = text
            case 2:
                guard tensors.count < Self.maximumTensors else { throw .malformed("more than \(Self.maximumTensors) tensors") }
                tensors.append(try SerialisedTensor(bytes: field.bytes ?? []))
            case 3: metadata = field.bytes ?? []
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if !uid.isEmpty { writer.text(1, uid) }
        for tensor in tensors { writer.bytes(2, tensor.bytes) }
        if !metadata.isEmpty { writer.bytes(3, metadata) }
        return writer.bytes
    }
}

/// What blocks answer.
public struct ExpertResponse: Equatable, Sendable {
    public var tensors: [SerialisedTensor]
    public var metadata: [UInt8]

    public init(tensors: [SerialisedTensor] = [], metadata: [UInt8] = []) { (self.tensors, self.metadata) = (tensors, metadata) }

    /// Reads the protobuf form.
    public init(bytes: [UInt8]) throws(WireError) {
        // The same fields, and none that names blocks.
        let fields = try ExpertRequest(bytes: bytes)
        self.init(tensors: fields.tensors, metadata: fields.metadata)
    }

    public var bytes: [UInt8] { ExpertRequest(tensors: tensors, metadata: metadata).bytes }
}

/// `rpc_info`'s request: the block that is asked about; empty for the server alone.
public struct ExpertUID: Equatable, Sendable {
    public var uid: String

    public init(_ uid: String) { self.uid = uid }

    public init(bytes: [UInt8]) throws(WireError) { self.init(try ExpertRequest(bytes: bytes).uid) }

    public var bytes: [UInt8] { ExpertRequest(uid: uid).bytes }
}

/// `rpc_info`'s answer: MessagePack, as `BlockInfo` reads it.
public struct ExpertInfo: Equatable, Sendable {
    public var serialised: [UInt8]

    public init(_ serialised: [UInt8]) { self.serialised = serialised }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init([])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() { if field.number == 1 { serialised = field.bytes ?? [] } }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(1, serialised)
        return writer.bytes
    }
}
