import HivemindAveraging
import HivemindDHT
import HivemindRPC
import HivemindWire
import LibP2P
import Logging
import PeerIdentity
import PetalsWire
import Synchronization
import Transformer

/// Sessions: a stream of steps, each of some tokens that follow those before.
extension PetalsServer {
    /// Steps whose names are remembered, so that each counts once.
    private static let rememberedSteps = 256
    /// How long the next server in a chain may take to take a step in.
    private static let pushPatience: Duration = .seconds(5)

    /// What stays the same through a session.
    private struct Session {
        let peer: PeerID
        let chain: ModuleChain
        let adapter: PreparedAdapter?
        let cache: BlockCache
        let inbox: StepInbox
    }

    func inference(_ stream: PeerStream) async throws {
        let inbox = StepInbox()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await Self.read(stream, limit: self.setting.stepBytes(width: self.width), into: inbox) }
            do {
                try await open(stream, inbox)
                await inbox.close()
            } catch {
                await inbox.close()
                // What the client hears of it ends its reading, and so ours.
                try? await stream.write(StreamFrame.failure("\(error)").bytes)
                stream.closeWrite()
                node.log("a Petals session ends", peer: stream.peer, error)
                let farewell = stream.deadline(.seconds(5))
                defer { farewell.cancel() }
                try? await tasks.waitForAll()
                throw StreamCalls.Told()
            }
        }
    }

    /// Hands a client's requests on until the last.
    private static func read(_ stream: PeerStream, limit: Int, into inbox: StepInbox) async {
        var frames = StreamFrames(stream, limit: limit)
        do {
            while case .message(let bytes) = try await frames.next() {
                let request = try ExpertRequest(bytes: bytes)
                guard !request.tensors.isEmpty else { break }
                await inbox.put(request)
            }
            await inbox.finish()
        } catch {
            await inbox.finish(error)
        }
    }

    private func open(_ stream: PeerStream, _ inbox: StepInbox) async throws {
        guard let first = try await next(inbox, stream) else { throw PetalsServerError.firstMessage }
        let chain = try chain(first.uid)
        let metadata = try RequestMetadata(bytes: first.metadata)
        let adapter = try worker.adapter(metadata.adapter)
        guard let length = metadata.maximumLength, (0...maximumLength).contains(length) else {
            throw PetalsServerError.maximumLength(metadata.maximumLength, limit: maximumLength)
        }
        let batch = first.tensors.first?.shape.first ?? 1
        guard (1...setting.maximumBatch).contains(batch) else {
            throw PetalsServerError.tooManySequences(batch, limit: setting.maximumBatch)
        }
        try await cache.holding(batch * length * chain.blocks.count, for: stream.peer) {
            let cache = BlockCache(model: worker.model, layers: chain.blocks, batch: batch, capacity: length)
            let session = Session(peer: stream.peer, chain: chain, adapter: adapter, cache: cache, inbox: inbox)
            try await named(metadata.session, session) { try await run(session, first, stream) }
        }
    }

    /// Runs `body` while servers before this one can push to the session.
    private func named(_ name: String?, _ session: Session, _ body: () async throws -> Void) async throws {
        guard let name else { return try await body() }
        let isNew = sessions.withLock { sessions in
            guard sessions[name] == nil else { return false }
            sessions[name] = (session.chain, session.inbox)
            return true
        }
        guard isNew else { throw PetalsServerError.sessionInUse }
        defer { sessions.withLock { $0[name] = nil } }
        try await body()
    }

    private func run(_ session: Session, _ first: ExpertRequest, _ stream: PeerStream) async throws {
        var request = first
        var steps: [String] = []
        while true {
            let metadata = try RequestMetadata(bytes: request.metadata)
            if let step = metadata.step {
                // It came already, pushed by the server before or from the client.
                guard !steps.contains(step) else {
                    guard let next = try await next(session.inbox, stream) else { return }
                    request = next
                    continue
                }
                if steps.count >= Self.rememberedSteps { steps.removeFirst() }
                steps.append(step)
            }
            let (answer, hasPrompts) = try await step(session, request, metadata)
            try await stream.write(StreamFrame.message(ExpertResponse(tensors: [answer]).bytes).bytes)
            if !hasPrompts { await pushOn(answer, request, metadata, of: session) }
            guard let next = try await next(session.inbox, stream) else { return }
            request = next
        }
    }

    /// The next request; a client that says nothing for too long loses its stream.
    private func next(_ inbox: StepInbox, _ stream: PeerStream) async throws -> ExpertRequest? {
        let deadline = stream.deadline(setting.stepPatience)
        defer { deadline.cancel() }
        return try await inbox.next()
    }

    private func step(
        _ session: Session, _ request: ExpertRequest, _ metadata: RequestMetadata
    ) async throws -> (answer: SerialisedTensor, hasPrompts: Bool) {
        let arguments = try RequestTensors(request.tensors, metadata, width: width, setting: setting)
        let states = try arguments.states(0, "hidden states")
        let prompts = try arguments.prompts(1, blocks: session.chain.blocks.count, batch: states.batch)
        let sources = try arguments.sources(2)
        guard states.batch == session.cache.batch else {
            throw PetalsServerError.tensors("\(states.batch) sequences in a session of \(session.cache.batch)")
        }
        // No tokens only ask whether there is room.
        guard states.length > 0 else { return (try states.serialised(.none), prompts != nil) }
        let output = try await worker.advance(session.cache, states, sources: sources, adapter: session.adapter, prompts: prompts)
        return (try output.serialised(.none), prompts != nil)
    }

    // MARK: Steps from server to server

    /// Takes in what the server before pushes to a session here.
    func push(_ request: ExpertRequest) async throws -> ExpertResponse {
        let chain = try chain(request.uid)
        let metadata = try RequestMetadata(bytes: request.metadata)
        guard let name = metadata.session else { throw PetalsServerError.tensors("a pushed step names no session") }
        // One that is over, or not open yet, is no fault: the client sends the step itself.
        if let session = sessions.withLock({ $0[name] }), session.chain == chain, !request.tensors.isEmpty {
            await session.inbox.push(request)
        }
        return ExpertResponse()
    }

    /// Gives a step's output to the server that follows, so that it begins before the client has sent it.
    private func pushOn(_ output: SerialisedTensor, _ request: ExpertRequest, _ metadata: RequestMetadata, of session: Session) async {
        do {
            let servers = try metadata.nextServers()
            guard let next = servers.first, output.buffer.count <= UnaryFrame.maximumSize - 256 * 1024 else { return }
            guard let peer = PeerID(base58: next.peer), peer != node.host.peerID else { return }
            var onward = metadata
            onward.session = next.session
            onward.setNextServers(Array(servers.dropFirst()))
            onward.isPushed = true
            let push = ExpertRequest(
                uid: ModuleChain(prefix: setting.prefix, blocks: next.blocks).description,
                tensors: [output] + request.tensors.dropFirst(), metadata: onward.bytes)
            try await node.reach(peer)
            _ = try await UnaryCalls.ask(node.host, peer, PetalsCall.push, push.bytes, patience: Self.pushPatience)
        } catch {
            node.log("a step is not pushed to the next Petals server", peer: session.peer, error)
        }
    }
}
