public import BeaconTypes
import Foundation
public import HTTPDoor
import Hummingbird
import JSON
import LoRA
import Primitives
import SSZ
public import ServiceInterfaces
import UpdateLife

extension AIEngineDoor {
    /// What an averager in another process asks. It runs the gate and writes the book of updates, so that only holders of the
    /// node's JWT secret are answered.
    public struct AveragerSide: Sendable {
        let engine: any AdapterSource & CandidateFeed & LossEvaluator
        let updates: any UpdateNotes
        let spec: BeaconSpec
        let check: BearerCheck

        public init(
            engine: any AdapterSource & CandidateFeed & LossEvaluator, updates: any UpdateNotes, spec: BeaconSpec, check: BearerCheck
        ) {
            (self.engine, self.updates, self.spec, self.check) = (engine, updates, spec, check)
        }
    }

    /// Updates in one answer at most.
    private static let recordLimit = 1000
    private static let path = "/polai/v1/engine"

    func addAveragerRoutes(_ side: AveragerSide, to router: DoorRouter) {
        addGateRoutes(side, to: router)
        addCandidateRoutes(side, to: router)
        addNoteRoutes(side, to: router)
    }

    private func addGateRoutes(_ side: AveragerSide, to router: DoorRouter) {
        router.post("\(Self.path)/evaluations") { request, _ in
            try side.check.demand(request)
            let adapter = try await Self.adapter(request, side)
            let gate = side.engine
            return Response.serverSentEvents(
                Measurement(name: "evaluation") { try JSONValue(encoding: try await gate.evaluate(adapter)) }
            ) { $0 }
        }
        // The adapter before the update, then the one after it.
        router.post("\(Self.path)/slices") { request, _ in
            try side.check.demand(request)
            let seed = try Self.hash(request.uri.queryParameters["seed"], "seed of a slice")
            let length = side.engine.layout.valueCount * 4
            let bytes = try await request.bytes(upTo: 2 * length)
            guard bytes.count == 2 * length else { throw DoorError.badRequest("the body is not two adapters of this model") }
            let (parent, result) = (
                try Self.adapter(Array(bytes[..<length]), side), try Self.adapter(Array(bytes[length...]), side)
            )
            let gate = side.engine
            return Response.serverSentEvents(
                Measurement(name: "slice") {
                    try JSONValue(encoding: try await gate.evaluateSlice(seed, parent: parent, result: result))
                }
            ) { $0 }
        }
        router.post("\(Self.path)/adapters") { request, _ in
            try side.check.demand(request)
            try await side.engine.keep(try await Self.adapter(request, side))
            return Response.json([:])
        }
    }

    private static func adapter(_ request: Request, _ side: AveragerSide) async throws -> LoRAAdapter {
        try adapter(try await request.bytes(upTo: side.engine.layout.valueCount * 4), side)
    }

    private static func adapter(_ bytes: [UInt8], _ side: AveragerSide) throws(DoorError) -> LoRAAdapter {
        do {
            return try LoRAAdapter(layout: side.engine.layout, bytes: bytes)
        } catch {
            throw DoorError.badRequest("the body is no adapter of this model: \(error)")
        }
    }

    private func addCandidateRoutes(_ side: AveragerSide, to router: DoorRouter) {
        router.get("\(Self.path)/candidates") { request, _ in
            try side.check.demand(request)
            let spec = side.spec
            return Response.serverSentEvents(await side.engine.backedCandidates(), backlog: 256) { candidate in
                ServerSentEvent(event: "candidate", data: candidate.json(spec).description)
            }
        }
        router.post("\(Self.path)/judgements") { request, _ in
            try side.check.demand(request)
            let body = try await Self.json(request)
            guard let statement = try? AckStatement(membersOf: body, side.spec),
                let candidate = body["candidate"].flatMap({ try? UpdateCandidate(json: $0, side.spec) })
            else { throw DoorError.badRequest("the body is no statement: message, losses_root and candidate") }
            await side.engine.judged(statement, of: candidate)
            return Response.json([:])
        }
    }

    private func addNoteRoutes(_ side: AveragerSide, to router: DoorRouter) {
        router.get("\(Self.path)/updates") { request, _ in
            try side.check.demand(request)
            let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? Self.recordLimit
            return try Response.json(encoding: await side.updates.latest(max(0, min(limit, Self.recordLimit))))
        }
        router.get("\(Self.path)/updates/:id") { request, context in
            try side.check.demand(request)
            let id = try Self.hash(context.parameters["id"], "update id")
            let isExact = request.uri.queryParameters["exact"] == "true"
            guard let record = isExact ? await side.updates.record(of: id) : await side.updates.record(id) else {
                throw DoorError.notFound("no update \(id.hex)")
            }
            return try Response.json(encoding: record)
        }
        router.post("\(Self.path)/updates/:id") { request, context in
            try side.check.demand(request)
            let id = try Self.hash(context.parameters["id"], "update id")
            let event: UpdateEvent
            do {
                event = try JSONDecoder().decode(UpdateEvent.self, from: Data(try await request.bytes(upTo: 1 << 20)))
            } catch let error as DecodingError {
                throw DoorError.badRequest("the body is no event of an update: \(error)")
            }
            return try Response.json(encoding: await side.updates.apply(event, to: id))
        }
    }

    private static func json(_ request: Request) async throws -> JSONValue {
        do {
            return try JSONValue(parsing: try await request.bytes(upTo: 1 << 20), depthLimit: 16)
        } catch let error as DoorError {
            throw error
        } catch {
            throw DoorError.badRequest("the body is no JSON: \(error)")
        }
    }
}
