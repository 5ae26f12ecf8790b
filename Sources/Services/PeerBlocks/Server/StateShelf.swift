import BeaconTypes
import BeaconWire
import Primitives
import SSZ
import ServiceInterfaces

/// The state that peers are given now, as bytes: one at a time for everybody, however many ask, and for a while after the last
/// question. A state is large, and one that is old has to be made anew of the blocks after an earlier one.
actor StateShelf {
    /// Who asks for another state while one is asked for waits so long after its last question.
    static let rest: Duration = .seconds(5)
    /// After so long without a question the state is let go of.
    static let life: Duration = .seconds(60)

    /// Why a state is not given.
    enum Refused: Error {
        case notHeld
        /// Another one is given.
        case busy
        case tooLong
    }

    private let source: any BlockSource
    private let spec: BeaconSpec
    private let rest: Duration
    private var making: Root?
    private var held: (root: Root, bytes: [UInt8], lastUse: ContinuousClock.Instant)?
    private var expiry: Task<Void, Never>?

    init(_ source: any BlockSource, _ spec: BeaconSpec, rest: Duration = StateShelf.rest) {
        (self.source, self.spec, self.rest) = (source, spec, rest)
    }

    /// How many bytes are kept.
    var size: Int { held?.bytes.count ?? 0 }

    /// The SSZ of the state after a finalised block.
    func state(after root: Root) async throws -> [UInt8] {
        if let bytes = touch(root) { return bytes }
        // Who asks for what is not here is sent to others at once, whoever else is being served.
        guard let block = try await source.blocks(roots: [root]).first else { throw Refused.notHeld }
        if let bytes = touch(root) { return bytes }
        guard making == nil else { throw Refused.busy }
        if let held, ContinuousClock.now - held.lastUse < rest { throw Refused.busy }
        making = root
        defer { making = nil }
        let state: BeaconState
        do { state = try await source.state(after: block.message) } catch { throw Refused.notHeld }
        let bytes = state.serialize(spec)
        guard bytes.count <= StateChunk.maximumState else { throw Refused.tooLong }
        held = (root, bytes, .now)
        expire()
        return bytes
    }

    private func touch(_ root: Root) -> [UInt8]? {
        guard held?.root == root else { return nil }
        held?.lastUse = .now
        return held?.bytes
    }

    private func expire() {
        expiry?.cancel()
        expiry = Task { [weak self] in
            while (try? await Task.sleep(for: Self.life)) != nil, await self?.isInUse == true {}
            if !Task.isCancelled { await self?.letGo() }
        }
    }

    private var isInUse: Bool { held.map { ContinuousClock.now - $0.lastUse < Self.life } ?? false }
    private func letGo() { held = nil }
}
