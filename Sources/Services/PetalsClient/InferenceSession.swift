import HivemindAveraging
import PeerIdentity
import PetalsWire
public import Transformer

/// One text through remote blocks, step by step: the servers keep keys and values of what went before.
///
/// What each server was given is kept here too, so that another one can be given the same when it fails, in the middle of the text:
/// at most `maximumLength · width` numbers a server of the chain.
public struct InferenceSession: ~Copyable {
    /// Blocks that one server runs for this session; without a link, it is still to be found.
    private struct Stage: Sendable {
        var blocks: Range<Int>
        var peer: PeerID?
        var link: (any InferenceLink)?
        var session = InferenceSession.randomName()
        /// All that was put into these blocks, the current step with it.
        var history: [Float] = []
        /// Tokens of it that this server has.
        var done = 0
    }

    private let blocks: RemoteBlocks
    /// Tokens that the text may have; the servers hold memory for so many.
    public let maximumLength: Int
    /// Tokens that went through.
    public private(set) var length = 0
    /// Servers that were replaced.
    public private(set) var replacements = 0
    private var stages: [Stage]
    private var isOver = false

    public init(_ blocks: RemoteBlocks, maximumLength: Int) {
        (self.blocks, self.maximumLength) = (blocks, maximumLength)
        stages = [Stage(blocks: blocks.all)]
    }

    /// The servers of the chain and their blocks, in order; empty before the first step.
    public var route: [(peer: String, blocks: Range<Int>)] {
        stages.compactMap { stage in stage.peer.map { ($0.description, stage.blocks) } }
    }

    /// The states of the next tokens after all blocks.
    ///
    /// - Parameter states: of one sequence: the tokens that follow those of earlier steps.
    public mutating func advance(by states: HiddenStates) async throws -> HiddenStates {
        guard !isOver else { throw PetalsError.sessionOver }
        let width = blocks.setting.width
        guard states.batch == 1, states.length > 0, states.width == width else {
            throw PetalsError.badInput("\(states.batch) × \(states.length) × \(states.width) states where the model has 1 × n × \(width)")
        }
        guard length + states.length <= maximumLength else {
            throw PetalsError.tooLong(tokens: length + states.length, limit: maximumLength)
        }
        var (rows, place, retries) = (states.values, 0, Retries(limit: blocks.setting.attempts))
        while place < stages.count {
            do {
                if stages[place].link == nil { try await open(place) }
                rows = try await run(place, rows, newTokens: states.length)
                place += 1
                retries.reset()
            } catch {
                do { try await blocks.pause(try retries.next(after: error, stages[place].blocks)) } catch {
                    await end()
                    throw error
                }
            }
        }
        length += states.length
        return try HiddenStates(Array(rows.suffix(states.values.count)), batch: 1, length: states.length, width: width)
    }

    /// Finds servers for a stage's blocks, and opens a stream at each. The first of them inherits what the stage was given.
    private mutating func open(_ place: Int) async throws {
        let stage = stages[place]
        var opened: [Stage] = []
        for span in try await blocks.chain(stage.blocks, cacheTokens: maximumLength) {
            var new = Stage(blocks: span.blocks)
            do { new.link = try await blocks.network.open(span.peer) } catch {
                for stage in opened { await stage.link?.end() }
                if !Task.isCancelled { await blocks.failed(span.peer) }
                throw error
            }
            new.peer = span.peer
            opened.append(new)
        }
        guard !opened.isEmpty else { throw PetalsError.badInput("a model without blocks") }
        opened[0].history = stage.history
        if stage.peer != nil { replacements += 1 }
        stages.replaceSubrange(place...place, with: opened)
    }

    /// Gives a stage what it has not had yet: the new tokens, and where its server is new all tokens before them.
    ///
    /// - Parameter rows: at least the new tokens' states; where the stage before is new, those of all tokens.
    /// - Returns: the states of all tokens that the server was given now.
    private mutating func run(_ place: Int, _ rows: [Float], newTokens: Int) async throws -> [Float] {
        let width = blocks.setting.width
        let held = stages[place].history.count / width
        if held == length {
            stages[place].history += rows.suffix(newTokens * width)
        } else if held == 0 {
            stages[place].history = rows
        }
        guard stages[place].history.count == (length + newTokens) * width else { throw PetalsError.sessionOver }
        guard let link = stages[place].link, let peer = stages[place].peer else { throw PetalsError.sessionOver }
        do {
            var output: [Float] = []
            let perStep = max(1, blocks.setting.stepSize / (4 * width))
            while stages[place].done < length + newTokens {
                let (start, count) = (stages[place].done, min(perStep, length + newTokens - stages[place].done))
                let part = Array(stages[place].history[start * width..<(start + count) * width])
                let input = try HiddenStates(part, batch: 1, length: count, width: width)
                let request = try Self.request(
                    input, ModuleChain(prefix: blocks.setting.prefix, blocks: stages[place].blocks), blocks,
                    session: stages[place].session, step: Self.randomName(), maximumLength: start == 0 ? maximumLength : nil)
                let answer = try await link.step(request, limit: blocks.answerLimit(part.count))
                output += try RemoteBlocks.states(answer.tensors, like: input).values
                stages[place].done += count
            }
            await blocks.succeeded(peer)
            return output
        } catch {
            (stages[place].link, stages[place].done) = (nil, 0)
            if !(error is CancellationError), !Task.isCancelled { await blocks.failed(peer) }
            await link.end()
            throw error
        }
    }

    /// A step's message, its fields in the order in which Petals' client writes them.
    ///
    /// - Parameter maximumLength: for the first step of a session.
    static func request(
        _ states: HiddenStates, _ chain: ModuleChain, _ blocks: RemoteBlocks, session: String, step: String, maximumLength: Int?
    ) throws -> ExpertRequest {
        let tensors = [try states.serialised(), .absent(), .absent(type: "int64")]
        var metadata = RequestMetadata()
        (metadata.session, metadata.step) = (session, step)
        if let maximumLength {
            metadata.maximumLength = maximumLength
            metadata.points = 0
            metadata.adapter = blocks.setting.adapter
        }
        metadata.setArguments(count: tensors.count)
        return ExpertRequest(uid: chain.description, tensors: tensors, metadata: metadata.bytes)
    }

    /// Lets the servers go.
    public mutating func end() async {
        isOver = true
        for place in stages.indices {
            await stages[place].link?.end()
            stages[place].link = nil
        }
    }

    private static func randomName() -> String {
        String(UInt64.random(in: 0 ... .max), radix: 16) + "-" + String(UInt64.random(in: 0 ... .max), radix: 16)
    }
}
