import Foundation
import GRPCCore
import HTTPDoor
import PolTestChain
import SwiftProtobuf
import Testing

@testable import PrysmRPC

private typealias Health = Grpc_Health_V1_Health.Method
private typealias ReflectionMethod = Grpc_Reflection_V1_ServerReflection.Method.ServerReflectionInfo

@Suite struct StandardServicesTests {
    private func call<R: Sendable>(_ body: @escaping @Sendable (Caller) async throws -> R) async throws -> R {
        let node = FixtureNode(try TestChain(count: 1, slot: 0))
        return try await Caller.with(
            { address, onListening in
                PrysmRPC.beaconDoor(
                    chain: node, node: node, operations: node, peers: nil, address: address, logger: quiet, onListening: onListening)
            }, body)
    }

    @Test func health() async throws {
        try await call { caller in
            for name in ["", "ethereum.eth.v1alpha1.Node", "grpc.health.v1.Health"] {
                let answer: Grpc_Health_V1_HealthCheckResponse = try await caller.unary(
                    Health.Check.descriptor, Grpc_Health_V1_HealthCheckRequest.with { $0.service = name })
                #expect(answer.status == .serving)
            }
            let unknown = await caller.failure {
                let _: Grpc_Health_V1_HealthCheckResponse = try await caller.unary(
                    Health.Check.descriptor, Grpc_Health_V1_HealthCheckRequest.with { $0.service = "x" })
            }
            #expect(unknown == .notFound)
            let watched: [Grpc_Health_V1_HealthCheckResponse] = try await caller.stream(
                Health.Watch.descriptor, Grpc_Health_V1_HealthCheckRequest.with { $0.service = "x" }, count: 1)
            #expect(watched.map(\.status) == [.serviceUnknown])
            // A name whose normal form would take an hour: it is told apart by its bytes.
            let endless = await caller.failure {
                let _: Grpc_Health_V1_HealthCheckResponse = try await caller.unary(
                    Health.Check.descriptor,
                    Grpc_Health_V1_HealthCheckRequest.with { $0.service = String(repeating: "\u{316}\u{315}", count: 500_000) })
            }
            #expect(endless != nil)
        }
    }

    /// A client finds every service, and with its file every type that the file names.
    @Test func reflection() async throws {
        try await call { caller in
            let questions: [Grpc_Reflection_V1_ServerReflectionRequest] = [
                .with { $0.listServices = "" }, .with { $0.fileContainingSymbol = "ethereum.eth.v1alpha1.BeaconChain" },
                .with { $0.fileContainingSymbol = "ethereum.eth.v1alpha1.ValidatorBalances.Balance" },
                .with { $0.fileByFilename = "eth/v1alpha1/attestation.proto" }, .with { $0.fileContainingSymbol = "no.such.Thing" },
                .with { $0.fileByFilename = "x" }, Grpc_Reflection_V1_ServerReflectionRequest(),
            ]
            let answers: [Grpc_Reflection_V1_ServerReflectionResponse] = try await caller.exchange(ReflectionMethod.descriptor, questions)
            #expect(answers.count == questions.count)
            let services = answers[0].listServicesResponse.service.map(\.name)
            #expect(services.contains("ethereum.eth.v1alpha1.BeaconNodeValidator") && services == services.sorted())
            for answer in answers[1...2] {
                let files = try answer.fileDescriptorResponse.fileDescriptorProto.map {
                    try Google_Protobuf_FileDescriptorProto(serializedBytes: $0)
                }
                #expect(files.first?.name == "eth/v1alpha1/beacon_chain.proto")
                let names = Set(files.map(\.name))
                #expect(files.allSatisfy { names.isSuperset(of: $0.dependency) })
            }
            #expect(answers[3].fileDescriptorResponse.fileDescriptorProto.count == 1)
            #expect(answers[4].errorResponse.errorCode == 5 && answers[5].errorResponse.errorCode == 5)
            #expect(answers[6].errorResponse.errorCode == 3)
        }
    }

    @Test func aTakenPortIsOneClearLine() async throws {
        let node = FixtureNode(try TestChain(count: 1, slot: 0))
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let first = PrysmRPC.beaconDoor(
            chain: node, node: node, operations: node, peers: nil, address: ListenAddress(port: 0), logger: quiet
        ) { continuation.yield($0) }
        let serving = Task { try await first.run() }
        defer { serving.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let second = PrysmRPC.beaconDoor(
            chain: node, node: node, operations: node, peers: nil, address: ListenAddress(port: port), logger: quiet)
        let error = await #expect(throws: ListenError.self) { try await second.run() }
        #expect(error?.description.hasPrefix("port \(port) (beacon gRPC) is already in use") == true)
    }
}
