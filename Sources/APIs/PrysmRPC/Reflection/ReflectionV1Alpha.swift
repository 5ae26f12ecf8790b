import SwiftProtobuf
import GRPCCore

/// `grpc.reflection.v1alpha.ServerReflection`: what older clients ask.
struct ReflectionV1Alpha: Grpc_Reflection_V1alpha_ServerReflection.SimpleServiceProtocol {
    let files: DescribedFiles

    func serverReflectionInfo(
        request: RPCAsyncSequence<Grpc_Reflection_V1alpha_ServerReflectionRequest, any Error>,
        response: RPCWriter<Grpc_Reflection_V1alpha_ServerReflectionResponse>, context: ServerContext
    ) async throws {
        for try await question in request { try await response.write(answer(question)) }
    }

    private func answer(_ question: Grpc_Reflection_V1alpha_ServerReflectionRequest) -> Grpc_Reflection_V1alpha_ServerReflectionResponse {
        var answer = Grpc_Reflection_V1alpha_ServerReflectionResponse()
        answer.validHost = question.host
        answer.originalRequest = question
        switch question.messageRequest {
        case .listServices: answer.listServicesResponse.service = files.services.map { name in .with { $0.name = name } }
        case .fileByFilename(let name):
            if let found = files.file(named: name) {
                answer.fileDescriptorResponse.fileDescriptorProto = found
            } else {
                answer.errorResponse = Self.notFound("no file '\(name)'")
            }
        case .fileContainingSymbol(let symbol):
            if let found = files.file(declaring: symbol) {
                answer.fileDescriptorResponse.fileDescriptorProto = found
            } else {
                answer.errorResponse = Self.notFound("no symbol '\(symbol)'")
            }
        case .allExtensionNumbersOfType(let name): answer.allExtensionNumbersResponse.baseTypeName = name
        case .fileContainingExtension(let wanted):
            answer.errorResponse = Self.notFound("no extension \(wanted.extensionNumber) of '\(wanted.containingType)'")
        case nil:
            answer.errorResponse = .with {
                $0.errorCode = Int32(RPCError.Code.invalidArgument.rawValue)
                $0.errorMessage = "the request asks for nothing"
            }
        }
        return answer
    }

    private static func notFound(_ message: String) -> Grpc_Reflection_V1alpha_ErrorResponse {
        .with {
            $0.errorCode = Int32(RPCError.Code.notFound.rawValue)
            $0.errorMessage = message
        }
    }
}
