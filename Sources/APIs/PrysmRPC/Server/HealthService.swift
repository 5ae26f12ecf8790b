import SwiftProtobuf
import GRPCCore
import ServiceInterfaces

/// `grpc.health.v1.Health`: a door serves all its services from its first answer to its last.
struct HealthService: Grpc_Health_V1_Health.SimpleServiceProtocol {
    let names: [String]

    /// Byte by byte, which costs little however long the asker's name is.
    private func isKnown(_ service: String) -> Bool {
        service.isEmpty || names.contains { $0.utf8.elementsEqual(service.utf8) }
    }

    func check(request: Grpc_Health_V1_HealthCheckRequest, context: ServerContext) async throws -> Grpc_Health_V1_HealthCheckResponse {
        guard isKnown(request.service) else {
            let name = String(request.service.unicodeScalars.prefix(80))
            throw RPCError.notFound("there is no service '\(name)' here; there are \(names.joined(separator: ", "))")
        }
        return .with { $0.status = .serving }
    }

    func watch(
        request: Grpc_Health_V1_HealthCheckRequest, response: RPCWriter<Grpc_Health_V1_HealthCheckResponse>, context: ServerContext
    ) async throws {
        let isKnown = self.isKnown(request.service)
        try await response.write(.with { $0.status = isKnown ? .serving : .serviceUnknown })
        try await context.cancellation.cancelled
    }
}

/// `ethereum.eth.v1alpha1.Health`.
struct PrysmHealthService: Ethereum_Eth_V1alpha1_Health.SimpleServiceProtocol {
    func streamBeaconLogs(
        request: Google_Protobuf_Empty, response: RPCWriter<Ethereum_Eth_V1alpha1_LogsResponse>, context: ServerContext
    ) async throws {
        throw RPCError.unimplemented("logs go to the terminal only; grpc.health.v1.Health says whether a service serves")
    }
}
