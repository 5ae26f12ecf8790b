import HivemindAveraging
import HivemindRPC
import HivemindWire
import LibP2P
import PeerIdentity
import Synchronization

/// Takes in what a group's senders send to this node, from before the round is known until it is closed. Who comes before that
/// waits, with one stream a peer: a newer one takes the place of the older.
final class ReducerDesk: Sendable {
    /// Why a sender is sent away.
    private enum Refusal: Error { case closed, full, replaced, late }

    private typealias Round = (AveragingGroup, PartReducer)

    private struct Waiter {
        let number: UInt64
        let entry: CheckedContinuation<Round, any Error>
    }

    private enum Phase {
        case waiting([PeerID: Waiter])
        case open(AveragingGroup, PartReducer)
        case closed
    }

    private struct State {
        var phase = Phase.waiting([:])
        var next: UInt64 = 0
    }

    /// How many may wait for the round to be known: as many as a group may have.
    private static let waitingLimit = LeaderMessage.maximumPeers

    private let host: Host
    private let name: String
    private let state = Mutex(State())

    /// - Parameter patience: after it a stream is reset, whatever is going on.
    init(_ host: Host, _ prefix: String, patience: Duration) {
        self.host = host
        name = prefix + "::" + AveragingPart.method
        host.handle(name) { [weak self] stream in
            guard let self else { return }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await self.serve(stream) }
                tasks.addTask {
                    try await Task.sleep(for: patience)
                    stream.reset()
                    throw Refusal.late
                }
                defer { tasks.cancelAll() }
                _ = try await tasks.next()
            }
        }
    }

    /// How many wait for the round to be known.
    var waitingCount: Int {
        state.withLock { state in
            guard case .waiting(let waiting) = state.phase else { return 0 }
            return waiting.count
        }
    }

    /// The round is known.
    func open(_ group: AveragingGroup, _ reducer: PartReducer) {
        let waiting = leave(for: .open(group, reducer))
        for waiter in waiting { waiter.entry.resume(returning: (group, reducer)) }
    }

    /// The round is over.
    func close() {
        host.removeHandler(name)
        for waiter in leave(for: .closed) { waiter.entry.resume(throwing: Refusal.closed) }
    }

    /// Goes on to another phase; who has waited until then. What is closed stays so.
    private func leave(for phase: Phase) -> [Waiter] {
        state.withLock { state in
            switch state.phase {
            case .closed: return []
            case .open:
                if case .closed = phase { state.phase = phase }
                return []
            case .waiting(let waiting):
                state.phase = phase
                return Array(waiting.values)
            }
        }
    }

    /// Waits until the round is known, as long as the task is not cancelled and the peer opens no other stream.
    private func round(for peer: PeerID) async throws -> Round {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (entry: CheckedContinuation<Round, any Error>) in
                wait(Waiter(number: number, entry: entry), peer)
                // Who was cancelled before it waited was not found by the handler below.
                if Task.isCancelled { dismiss(peer, number) }
            }
        } onCancel: {
            dismiss(peer, number)
        }
    }

    private func wait(_ waiter: Waiter, _ peer: PeerID) {
        // Whose connection is gone waits in vain, and takes nobody's place.
        let connected = Set(host.connectedPeers)
        let (known, gone): (Result<Round, any Error>?, [Waiter]) = state.withLock { state in
            switch state.phase {
            case .open(let group, let reducer): return (.success((group, reducer)), [])
            case .closed: return (.failure(Refusal.closed), [])
            case .waiting(let all):
                var waiting = all.filter { connected.contains($0.key) && $0.key != peer }
                let gone = all.filter { waiting[$0.key] == nil }.map(\.value)
                let hasRoom = waiting.count < Self.waitingLimit
                if hasRoom { waiting[peer] = waiter }
                state.phase = .waiting(waiting)
                return (hasRoom ? nil : .failure(Refusal.full), gone)
            }
        }
        for other in gone { other.entry.resume(throwing: Refusal.replaced) }
        if let known { waiter.entry.resume(with: known) }
    }

    /// One stream waits no longer.
    private func dismiss(_ peer: PeerID, _ number: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            guard case .waiting(var waiting) = state.phase, let waiter = waiting[peer], waiter.number == number else { return nil }
            waiting[peer] = nil
            state.phase = .waiting(waiting)
            return waiter
        }
        waiter?.entry.resume(throwing: CancellationError())
    }

    private func serve(_ stream: PeerStream) async throws {
        let (group, reducer) = try await round(for: stream.peer)
        do { try await average(stream, group, reducer) } catch {
            await reducer.leave(stream.peer)
            try? await stream.write(StreamFrame.message(AveragingPart(.internalError).bytes).bytes)
            throw error
        }
    }

    private func average(_ stream: PeerStream, _ group: AveragingGroup, _ reducer: PartReducer) async throws {
        guard let place = group.peers.firstIndex(of: stream.peer), group.senders.contains(stream.peer) else {
            try await stream.write(StreamFrame.message(AveragingPart(.badGroupID).bytes).bytes)
            return
        }
        let answersLate = group.modes[place] == .client
        var frames = StreamFrames(stream, limit: 4 * GroupSplit.partBytes)
        var (late, number) = ([[UInt8]](), 0)
        while case .message(let bytes)? = try await frames.next() {
            let part = try AveragingPart(bytes: bytes)
            if number == 0, part.code != .partForAveraging || part.groupID != group.id {
                try await stream.write(StreamFrame.message(AveragingPart(.badGroupID).bytes).bytes)
                return await reducer.leave(stream.peer)
            }
            guard let tensor = part.tensor else { throw HivemindError.malformed("a part without a tensor") }
            let numbers = try tensor.numbers()
            // What is read but not written is answered plainly: who is counted is answered, too.
            let compression: SerialisedTensor.Compression =
                SerialisedTensor.bytesPerNumber(tensor.compression) == nil ? .none : tensor.compression
            let average = try await reducer.add(numbers, part: number, weight: part.weight, from: stream.peer)
            let delta = try SerialisedTensor(zip(average, numbers).map { $0 - $1 }, shape: tensor.shape, compression: compression)
            let answer = StreamFrame.message(AveragingPart(.averagedPart, tensor: delta).bytes).bytes
            if answersLate { late.append(answer) } else { try await stream.write(answer) }
            number += 1
        }
        await reducer.leave(stream.peer)
        for answer in late { try await stream.write(answer) }
    }
}
