public import LibP2PProtocols
import Primitives

/// What a message of averaging says (`averaging.proto`).
public enum AveragingCode: UInt64, Sendable, CaseIterable {
    case none, requestJoin, accepted, beginAllReduce, partForAveraging, averagedPart, notDeclared, notALeader, badExpirationTime
    case badSchemaHash, badGroupID, duplicatePeerID, groupIsFull, notLookingForGroup, protocolViolation, internalError, cancelled
    case groupDisbanded, badGroupKey

    static func read(_ field: ProtobufReader.Field) throws(WireError) -> AveragingCode {
        guard let code = AveragingCode(rawValue: field.varint ?? 0) else { throw .malformed("a code of averaging") }
        return code
    }
}

/// `rpc_join_group`: will you have me in your group?
public struct JoinRequest: Equatable, Sendable {
    public static let method = "DecentralizedAverager.rpc_join_group"

    /// What the tensors are, 20 bytes.
    public var schema: [UInt8]
    /// When the sender would begin at the latest, seconds since the Unix epoch.
    public var expiration: Double
    /// What all of the group are told of the sender.
    public var gather: [UInt8]
    /// It averages nothing for others.
    public var isClient: Bool
    public var groupKey: String

    public init(schema: [UInt8], expiration: Double, gather: [UInt8], isClient: Bool, groupKey: String) {
        (self.schema, self.expiration, self.gather) = (schema, expiration, gather)
        (self.isClient, self.groupKey) = (isClient, groupKey)
    }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init(schema: [], expiration: 0, gather: [], isClient: false, groupKey: "")
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 2: schema = field.bytes ?? []
            case 3: expiration = try field.double()
            case 4: gather = field.bytes ?? []
            case 5: isClient = field.varint.map { $0 != 0 } ?? false
            case 6:
                guard let text = field.text else { throw .malformed("a group's key") }
                groupKey = text
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        writer.bytes(2, schema.isEmpty ? nil : schema)
        if expiration != 0 { writer.fixed64(3, expiration.bitPattern) }
        writer.bytes(4, gather.isEmpty ? nil : gather)
        if isClient { writer.varint(5, 1) }
        writer.text(6, groupKey.isEmpty ? nil : groupKey)
        return writer.bytes
    }
}

/// What a leader answers.
public struct LeaderMessage: Equatable, Sendable {
    /// Members of one group that are read.
    public static let maximumPeers = 1024

    public var code: AveragingCode
    public var groupID: [UInt8] = []
    /// Whom to ask instead.
    public var suggestedLeader: [UInt8] = []
    /// Who averages which part, in this order.
    public var peers: [[UInt8]] = []
    /// What each of them said of itself.
    public var gathered: [[UInt8]] = []

    public init(_ code: AveragingCode) { self.code = code }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init(.none)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: code = try .read(field)
            case 2: groupID = field.bytes ?? []
            case 3: suggestedLeader = field.bytes ?? []
            case 4: peers.append(field.bytes ?? [])
            case 5: gathered.append(field.bytes ?? [])
            default: break
            }
            guard peers.count <= Self.maximumPeers, gathered.count <= Self.maximumPeers else {
                throw .malformed("a group of more than \(Self.maximumPeers)")
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if code != .none { writer.varint(1, code.rawValue) }
        writer.bytes(2, groupID.isEmpty ? nil : groupID)
        writer.bytes(3, suggestedLeader.isEmpty ? nil : suggestedLeader)
        for peer in peers { writer.bytes(4, peer) }
        for gather in gathered { writer.bytes(5, gather) }
        return writer.bytes
    }
}

/// `rpc_aggregate_part`: a part of a peer's tensors, or what its average differs by.
public struct AveragingPart: Equatable, Sendable {
    public static let method = "DecentralizedAverager.rpc_aggregate_part"

    public var code: AveragingCode
    public var groupID: [UInt8]
    public var tensor: SerialisedTensor?
    /// What the sender's numbers weigh in the average.
    public var weight: Double

    public init(_ code: AveragingCode, groupID: [UInt8] = [], tensor: SerialisedTensor? = nil, weight: Double = 0) {
        (self.code, self.groupID, self.tensor, self.weight) = (code, groupID, tensor, weight)
    }

    public init(bytes: [UInt8]) throws(WireError) {
        self.init(.none)
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field.number {
            case 1: code = try .read(field)
            case 2: groupID = field.bytes ?? []
            case 4: tensor = try SerialisedTensor(bytes: field.bytes ?? [])
            case 5: weight = try field.double()
            default: break
            }
        }
    }

    public var bytes: [UInt8] {
        var writer = ProtobufWriter()
        if code != .none { writer.varint(1, code.rawValue) }
        writer.bytes(2, groupID.isEmpty ? nil : groupID)
        writer.bytes(4, tensor?.bytes)
        if weight != 0 { writer.fixed64(5, weight.bitPattern) }
        return writer.bytes
    }
}
