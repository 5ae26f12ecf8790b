import HivemindRPC
import HivemindWire
import LibP2P
import PeerIdentity
import Synchronization

/// Answers to other members.
extension HivemindNode {
    /// What an answer may weigh; the frame around it has room besides.
    static let maximumAnswer = UnaryFrame.maximumSize - 64 * 1024
    /// Work of one signature that is checked, in values.
    private static let signatureWork = 32
    /// Entries of a dictionary that are written for one value's work.
    private static let entriesPerWork = 8
    /// Work of calling a peer back.
    private static let callbackWork = 16

    /// Answers others from now on, unless this node is a client.
    public func serve() {
        guard !setting.isClient else { return }
        var small = CallLimits(requestSize: 64 * 1024)
        (small.atOnce, small.patience, small.arrival) = (256, setting.servingPatience, setting.arrivalPatience)
        UnaryCalls.serve(host, PingRequest.name, limits: small) { [weak self] peer, bytes in
            try await self?.counted { try await $0.answer(PingRequest(bytes: bytes), from: peer).bytes } ?? []
        }
        UnaryCalls.serve(host, FindRequest.name, limits: small) { [weak self] peer, bytes in
            try await self?.counted { try $0.answer(FindRequest(bytes: bytes), of: bytes.count, from: peer) } ?? []
        }
        var large = CallLimits(requestSize: UnaryFrame.maximumSize)
        (large.atOncePerPeer, large.atOnce, large.patience) = (2, 16, setting.servingPatience)
        // Megabytes take a slow line longer.
        large.arrival = setting.arrivalPatience * 4
        UnaryCalls.serve(host, StoreRequest.name, limits: large) { [weak self] peer, bytes in
            try await self?.counted { try $0.answer(StoreRequest(bytes: bytes), of: bytes.count, from: peer).bytes } ?? []
        }
    }

    private func counted(_ body: (HivemindNode) async throws -> [UInt8]) async throws -> [UInt8] {
        do {
            let answer = try await body(self)
            state.withLock { $0.answered += 1 }
            return answer
        } catch {
            state.withLock { $0.refused += 1 }
            throw error
        }
    }

    func answer(_ request: PingRequest, from peer: PeerID) async throws -> PingResponse {
        try quota.take(peer, work: request.validates ? Self.callbackWork : 1, bytes: 64)
        var answer = PingResponse(node: announced, time: now())
        guard let claimed = request.node else { return answer }
        if request.validates {
            answer.isAvailable = await ping(peer) == claimed
        } else {
            noticed(claimed, of: peer)
        }
        return answer
    }

    /// What has no room in the answer is left out as if nothing were known of it; one key alone always has room.
    func answer(_ request: FindRequest, of size: Int, from peer: PeerID) throws -> [UInt8] {
        try quota.take(peer, work: max(1, request.keys.count), bytes: size)
        guard Set(request.keys).count == request.keys.count else { throw HivemindError.malformed("a key that is named twice") }
        if let node = request.node { noticed(node, of: peer) }
        let time = now()
        var room = Self.maximumAnswer
        let results = try request.keys.map { key -> FindResult in
            guard room > 0 else { return FindResult(.nothing, nearest: []) }
            let (value, nearest) = state.withLock { state in
                (Self.newest(state, key, time), state.table.nearest(to: key, except: request.node))
            }
            if case .dictionary(let dictionary) = value {
                try quota.take(peer, work: dictionary.entries.count / Self.entriesPerWork, bytes: 0)
            }
            let result = FindResult(Self.found(value), nearest: nearest)
            let size = Self.size(of: result)
            guard size <= room else { return FindResult(.nothing, nearest: []) }
            room -= size
            return result
        }
        let answer = FindResponse(results, node: announced).bytes
        try quota.take(peer, work: 0, bytes: answer.count)
        return answer
    }

    /// What is over the peer's rate is not kept; the rest of the request is.
    func answer(_ request: StoreRequest, of size: Int, from peer: PeerID) throws -> StoreResponse {
        try quota.take(peer, work: max(1, request.items.count), bytes: size)
        if let node = request.node { noticed(node, of: peer) }
        return StoreResponse(request.items.map { (try? keep($0, from: peer)) ?? false }, node: announced)
    }

    /// What is kept under a key, here or besides, whichever expires later.
    static func newest(_ state: State, _ key: DHTID, _ time: Double) -> HivemindValue? {
        let (stored, cached) = (state.store.get(key, now: time), state.cache.get(key, now: time))
        guard let cached else { return stored }
        return stored.map { $0.expiration >= cached.expiration ? $0 : cached } ?? cached
    }

    private static func found(_ value: HivemindValue?) -> FindResult.Found {
        switch value {
        case nil: .nothing
        case .value(let bytes, let expiration): .value(bytes, expiration: expiration)
        case .dictionary(let dictionary): .dictionary(dictionary.bytes, expiration: dictionary.latestExpiration)
        }
    }

    private static func size(of result: FindResult) -> Int {
        let value =
            switch result.found {
            case .nothing: 0
            case .value(let bytes, _), .dictionary(let bytes, _): bytes.count
            }
        return value + 96 * result.nearest.count + 64
    }

    /// Keeps one value, or the entries of a dictionary. Returns whether all of it is kept.
    private func keep(_ item: StoreRequest.Item, from peer: PeerID) throws -> Bool {
        guard item.subkey == StoreRequest.wholeDictionary else {
            let subkey = item.subkey == StoreRequest.noSubkey ? nil : try? Subkey(bytes: item.subkey)
            guard item.subkey == StoreRequest.noSubkey || subkey != nil else { return false }
            let record = OwnedRecord(key: item.key, subkey: item.subkey, value: item.value, expiration: item.expiration)
            return try keep(record, item.key, subkey, isCache: item.isCache, from: peer)
        }
        guard let dictionary = try? ExpiringDictionary(bytes: item.value), !dictionary.entries.isEmpty else { return false }
        // The entries are work of their own; the dictionary was counted as one value.
        try quota.take(peer, work: dictionary.entries.count - 1, bytes: 0)
        var isWhole = true
        for entry in dictionary.entries {
            let record = OwnedRecord(key: item.key, subkey: entry.subkey.bytes, value: entry.value, expiration: entry.expiration)
            if try !keep(record, item.key, entry.subkey, isCache: item.isCache, from: peer) { isWhole = false }
        }
        return isWhole
    }

    private func keep(
        _ record: OwnedRecord, _ key: DHTID, _ subkey: Subkey?, isCache: Bool, from peer: PeerID
    ) throws -> Bool {
        if record.hasOwner {
            try quota.take(peer, work: Self.signatureWork, bytes: 0)
            guard (try? record.validate()) != nil else { return false }
        }
        let time = now()
        return state.withLock { state in
            isCache
                ? state.cache.put(key, subkey: subkey, record.value, expiration: record.expiration, from: peer, now: time)
                : state.store.put(key, subkey: subkey, record.value, expiration: record.expiration, from: peer, now: time)
        }
    }
}
