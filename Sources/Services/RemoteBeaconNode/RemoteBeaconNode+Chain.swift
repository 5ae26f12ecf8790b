public import BeaconTypes
import JSON
import Logging
public import Primitives
import SSZ
public import ServiceInterfaces

extension RemoteBeaconNode: BeaconChainReader {
    public func block(_ id: BlockID) async throws -> ChainBlock? {
        guard let header = try await fetchIfFound(.get("/eth/v1/beacon/headers/\(id.path)")) else { return nil }
        let fields = try header.data
        let root = try fields.root("root")
        let request = RESTRequest.get("/eth/v2/beacon/blocks/\(root.hex)")
        guard let bytes = try await client.bytes(request) else { return nil }
        return ChainBlock(
            root: root, block: try Self.read(SignedBeaconBlock.self, bytes, spec, request), isCanonical: try fields.flag("canonical"),
            isFinalized: header.value["finalized"]?.bool ?? false, isOptimistic: header.value["execution_optimistic"]?.bool ?? false)
    }

    /// A root names a state by its block as well: nodes of this program know both.
    public func state(_ id: BlockID) async throws -> ChainState? {
        var request = RESTRequest.get("/eth/v2/debug/beacon/states/\(id.path)")
        request.limit = Self.stateLimit
        guard let bytes = try await client.bytes(request) else { return nil }
        let state = try Self.read(BeaconState.self, bytes, spec, request)
        // The answer in SSZ has no room for marks.
        return ChainState(root: state.hashTreeRoot(spec), state: state, isFinalized: id == .finalized || id == .genesis)
    }

    public func blockRoot(_ id: BlockID) async throws -> Root? {
        try await fetchIfFound(.get("/eth/v1/beacon/blocks/\(id.path)/root"))?.data.root("root")
    }

    /// A node that does not answer is told as one that is not in sync.
    public func syncStatus() async -> BeaconSyncStatus {
        do {
            let fields = try await fetch(.get("/eth/v1/node/syncing")).data
            return BeaconSyncStatus(
                headSlot: try fields.number("head_slot"), syncDistance: try fields.number("sync_distance"),
                isSyncing: try fields.flag("is_syncing"), isOptimistic: try fields.flag("is_optimistic"),
                isExecutionOffline: fields.value["el_offline"]?.bool ?? false, history: try? history(fields))
        } catch {
            logger.debug("the beacon node does not tell how far it is: \(error)")
            return BeaconSyncStatus(
                headSlot: 0, syncDistance: clock.currentSlot ?? 0, isSyncing: true, isOptimistic: false, isExecutionOffline: true)
        }
    }

    /// What nodes of this program tell besides.
    private func history(_ fields: AnswerFields) throws -> HistoryProgress? {
        guard let value = fields.value["history"], !value.isNull else { return nil }
        let told = AnswerFields(path: fields.path, value: value)
        return HistoryProgress(
            slot: try told.number("slot"), target: try told.number("target_slot"),
            slotsPerSecond: Double(try told.number("slots_per_second")))
    }

    public func absentStake() async throws -> AbsentStake {
        let fields = try await fetch(.get("/polai/v1/absent_stake")).data
        func count(_ name: String) throws -> Int { Int(clamping: try fields.number(name)) }
        let found = AbsentStake(
            absent: try fields.number("absent_gwei"), active: try fields.number("active_gwei"),
            absentValidators: try count("absent_validators"), activeValidators: try count("active_validators"),
            indices: try fields.field("indices").list().prefix(AbsentStake.listLimit).map { entry in
                guard let index = AnswerFields.number(entry.value) else { throw entry.malformed("an index should be a decimal number") }
                return index
            },
            since: try fields.field("since_epoch").value.isNull ? nil : fields.number("since_epoch"))
        guard found.absent <= found.active, (found.absentValidators > 0) == (found.since != nil) else {
            throw fields.malformed("the figures contradict each other")
        }
        return found
    }

    /// The longest state taken, in bytes.
    private static let stateLimit = 1 << 30

    private static func read<Value: BeaconContainer>(
        _: Value.Type, _ bytes: [UInt8], _ spec: BeaconSpec, _ request: RESTRequest
    ) throws(RemoteBeaconNodeError) -> Value {
        do {
            return try Value(deserializing: bytes, spec)
        } catch {
            throw .malformed(path: request.path, problem: "\(error)")
        }
    }
}

extension RemoteBeaconNode: BlockHistory {
    /// Requests of one range at once.
    private static let slotsAtOnce = 8

    /// The API tells the blocks of one slot at a time: of every branch that fork choice looks at, of the canonical chain before.
    public nonisolated func blocks(in slots: ClosedRange<Slot>) async throws -> [BlockReference] {
        try await withThrowingTaskGroup(of: [BlockReference].self) { group in
            var found: [BlockReference] = []
            var open = 0
            for slot in slots {
                if open == Self.slotsAtOnce {
                    found += try await group.next() ?? []
                    open -= 1
                }
                group.addTask { try await self.blocks(in: slot) }
                open += 1
            }
            for try await part in group { found += part }
            return found.sorted { $0.slot < $1.slot }
        }
    }

    private nonisolated func blocks(in slot: Slot) async throws -> [BlockReference] {
        guard let answer = try await fetchIfFound(.get("/eth/v1/beacon/headers", [("slot", String(slot))])) else { return [] }
        return try answer.data.list().map { fields throws(RemoteBeaconNodeError) in
            BlockReference(slot: slot, root: try fields.root("root"))
        }
    }
}

extension BlockID {
    /// As the beacon API writes it.
    var path: String {
        switch self {
        case .head: "head"
        case .genesis: "genesis"
        case .justified: "justified"
        case .finalized: "finalized"
        case .confirmed: "confirmed"
        case .slot(let slot): String(slot)
        case .root(let root): root.hex
        }
    }
}
