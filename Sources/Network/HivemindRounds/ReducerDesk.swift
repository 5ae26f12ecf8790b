import HivemindAveraging
import HivemindRPC
import HivemindWire
import LibP2P
import PeerIdentity
import Synchronization

/// Takes in what a group's senders send to this node, from before the round is known until it is closed. Who comes before that
/// waits.
final class ReducerDesk: Sendable {
    /// Why a sender is sent away.
    private struct Closed: Error {}

    private enum State {
        case waiting([CheckedContinuation<(AveragingGroup, PartReducer), any Error>])
        case open(AveragingGroup, PartReducer)
        case closed
    }

    /// How many may wait for the round to be known.
    private static let waitingLimit = 64
    private static let patience: Duration = .seconds(120)

    private let host: Host
    private let name: String
    private let state = Mutex(State.waiting([]))

    init(_ host: Host, _ prefix: String) {
        self.host = host
        name = prefix + "::" + AveragingPart.method
        host.handle(name) { [weak self] stream in
            guard let self else { return }
            let deadline = stream.deadline(Self.patience)
            defer { deadline.cancel() }
            try await serve(stream)
        }
    }

    /// The round is known.
    func open(_ group: AveragingGroup, _ reducer: PartReducer) {
        let waiting = state.withLock { state in
            guard case .waiting(let waiting) = state else { return [CheckedContinuation<(AveragingGroup, PartReducer), any Error>]() }
            state = .open(group, reducer)
            return waiting
        }
        for waiter in waiting { waiter.resume(returning: (group, reducer)) }
    }

    /// The round is over.
    func close() {
        host.removeHandler(name)
        let waiting = state.withLock { state in
            defer { state = .closed }
            guard case .waiting(let waiting) = state else { return [CheckedContinuation<(AveragingGroup, PartReducer), any Error>]() }
            return waiting
        }
        for waiter in waiting { waiter.resume(throwing: Closed()) }
    }

    private func round() async throws -> (AveragingGroup, PartReducer) {
        try await withCheckedThrowingContinuation { waiter in
            let known: Result<(AveragingGroup, PartReducer), any Error>? = state.withLock { state in
                switch state {
                case .waiting(let waiting):
                    guard waiting.count < Self.waitingLimit else { return .failure(Closed()) }
                    state = .waiting(waiting + [waiter])
                    return nil
                case .open(let group, let reducer): return .success((group, reducer))
                case .closed: return .failure(Closed())
                }
            }
            if let known { waiter.resume(with: known) }
        }
    }

    private func serve(_ stream: PeerStream) async throws {
        let (group, reducer) = try await round()
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
            let average = try await reducer.add(numbers, part: number, weight: part.weight, from: stream.peer)
            let delta = try SerialisedTensor(zip(average, numbers).map { $0 - $1 }, shape: tensor.shape, compression: tensor.compression)
            let answer = StreamFrame.message(AveragingPart(.averagedPart, tensor: delta).bytes).bytes
            if answersLate { late.append(answer) } else { try await stream.write(answer) }
            number += 1
        }
        await reducer.leave(stream.peer)
        for answer in late { try await stream.write(answer) }
    }
}
