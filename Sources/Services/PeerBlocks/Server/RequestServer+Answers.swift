import BeaconTypes
import BeaconWire
import LibP2P
import Logging
import Primitives
import SSZ
import ServiceInterfaces

extension RequestServer {
    /// Answers one question, chunk by chunk.
    func answer(_ stream: PeerStream, _ name: RequestProtocol, _ request: [UInt8]) async throws {
        switch name {
        case .status:
            try await spend(stream, name)
            let told = try decoded { try StatusMessage(deserializing: request, spec) }
            try await chunk(try await agreement.status().serialize(spec), on: stream, name)
            stream.closeWrite()
            guard let reason = await agreement.judge(told) else { return }
            await partings.leave(stream.peer, reason)
        case .goodbye:
            let reason = try decoded { try NumberMessage.decode(request) }
            logger.debug(
                "a peer takes its leave",
                metadata: ["peer": "\(stream.peer)", "reason": "\(GoodbyeReason(rawValue: reason)?.description ?? "\(reason)")"])
            stream.closeWrite()
            await partings.takeLeave(of: stream.peer, GoodbyeReason(rawValue: reason) ?? .shutdown)
        case .ping:
            try await spend(stream, name)
            _ = try decoded { try NumberMessage.decode(request) }
            try await chunk(NumberMessage.encode(MetaData.own.sequenceNumber), on: stream, name)
        case .metadata:
            try await spend(stream, name)
            try await chunk(MetaData.own.serialize(spec), on: stream, name)
        case .beaconBlocksByRange:
            let range = try decoded { try BlocksByRangeRequest(deserializing: request, spec) }
            guard let slots = range.slots else { throw RequestRefusal(.invalidRequest, "no slots") }
            try await spend(stream, name, count: slots.count)
            for first in stride(from: slots.lowerBound, to: slots.upperBound, by: Self.slotsAtOnce) {
                let end = min(slots.upperBound, first + UInt64(Self.slotsAtOnce))
                for block in try await source.blocks(in: first..<end) { try await chunk(block.serialize(spec), on: stream, name) }
            }
        case .beaconBlocksByRoot:
            let roots = try decoded { try BlocksByRootRequest.decode(request) }
            try await spend(stream, name, count: max(1, roots.count))
            for root in roots {
                for block in try await source.blocks(roots: [root]) { try await chunk(block.serialize(spec), on: stream, name) }
            }
        case .stateByBlockRoot: try await answerState(stream, try decoded { try StateChunksRequest(deserializing: request, spec) })
        default: try await answerLightClient(stream, name, request)
        }
    }

    private func answerState(_ stream: PeerStream, _ request: StateChunksRequest) async throws {
        guard let chunks = request.chunks else { throw RequestRefusal(.invalidRequest, "no chunks") }
        try await spend(stream, .stateByBlockRoot, count: chunks.count)
        let state: [UInt8]
        do {
            state = try await states.state(after: request.blockRoot, for: stream.peer)
        } catch let refused as StateShelf.Refused {
            throw RequestRefusal(.resourceUnavailable, refused == .busy ? "other states are given now; wait a while" : "not held here")
        }
        for index in chunks {
            guard let part = StateChunk(index, of: state) else { break }
            try await chunk(part.encoded, on: stream, .stateByBlockRoot)
        }
    }

    private func answerLightClient(_ stream: PeerStream, _ name: RequestProtocol, _ request: [UInt8]) async throws {
        guard let lightClients else { throw RequestRefusal(.resourceUnavailable, "no light clients are served") }
        let missing = RequestRefusal(.resourceUnavailable, "not held here")
        switch name {
        case .lightClientBootstrap:
            try await spend(stream, name)
            guard let root = Hash32(request), let bootstrap = try await lightClients.lightClientBootstrap(root) else { throw missing }
            try await chunk(bootstrap.serialize(spec), on: stream, name)
        case .lightClientUpdatesByRange:
            let range = try decoded { try LightClientUpdatesByRangeRequest(deserializing: request, spec) }
            let count = Int(min(range.count, UInt64(RequestLimit.maximumLightClientUpdates)))
            guard count > 0 else { throw RequestRefusal(.invalidRequest, "no periods") }
            try await spend(stream, name, count: count)
            for update in try await lightClients.lightClientUpdates(from: range.startPeriod, count: UInt64(count)) {
                try await chunk(update.serialize(spec), on: stream, name)
            }
        case .lightClientFinalityUpdate:
            try await spend(stream, name)
            guard let update = try await lightClients.lightClientFinalityUpdate() else { throw missing }
            try await chunk(update.serialize(spec), on: stream, name)
        default:
            try await spend(stream, name)
            guard let update = try await lightClients.lightClientOptimisticUpdate() else { throw missing }
            try await chunk(update.serialize(spec), on: stream, name)
        }
    }

    /// What does not decode is the peer's fault.
    private func decoded<Value>(_ body: () throws -> Value) throws(RequestRefusal) -> Value {
        do { return try body() } catch { throw RequestRefusal(.invalidRequest, "\(error)") }
    }
}
