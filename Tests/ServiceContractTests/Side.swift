import TestSupport
import BeaconAPI
import BeaconNode
import BeaconTypes
import HTTPDoor
import Logging
import RemoteBeaconNode
import ServiceInterfaces
import TestChains
import Testing

/// Where a client stands that asks a service.
enum Side: String, CaseIterable, Sendable {
    case inProcess = "in process"
    case overREST = "over REST"
}

let quiet = Logger(label: "contract test") { _ in SwiftLogNoOpLogHandler() }

/// All that a beacon node's clients ask of it, in process or in another.
typealias BeaconClient = BeaconChainReader & BeaconNodeClient & BlockHistory & CommitteeDuties & EvidenceTaking & LearningChain
    & OperationEventSource & ValidatorStandingReader

/// A beacon node, and a client of it on one side or the other of a real door.
struct BeaconBench: Sendable {
    let chain: OperationChain
    let client: any BeaconClient

    /// Runs `body` with a node that has a block in each slot up to `slots`.
    static func with(
        _ side: Side, slots: Slot = 2, board: ((OperationChain) -> any AckRequestService)? = nil,
        _ body: @escaping @Sendable (BeaconBench) async throws -> Void
    ) async throws {
        try await OperationChain.with { chain async throws in
            for slot in 1...slots { try await chain.extend(to: slot) }
            guard side == .overREST else { return try await body(BeaconBench(chain: chain, client: chain.node)) }
            let door = BeaconDoor(chain: chain.node, services: chain.node, ackRequests: board?(chain))
            try await door.served { url in
                let clock = chain.clock
                try await body(
                    BeaconBench(chain: chain, client: try await RemoteBeaconNode(url: url, now: { clock.now }, logger: quiet)))
            }
        }
    }
}

extension Door {
    /// Runs `body` while the door listens on a port of the system's choice.
    func served(_ body: @escaping @Sendable (_ url: String) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let server = DoorServer(
            name: Self.name, router: router(), address: ListenAddress(port: 0), logger: quiet, errorFormat: Self.errorFormat
        ) { port in continuation.yield(port) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
            // What it says when it is told to stop is no part of the contract.
            _ = await group.nextResult()
        }
    }
}
