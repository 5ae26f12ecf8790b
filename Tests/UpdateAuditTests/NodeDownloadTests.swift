import Hummingbird
import HummingbirdTesting
import NIOCore
import Primitives
import Testing
import UpdateAudit

@Suite struct NodeDownloadTests {
    @Test func asksTheNode() async throws {
        let id = SHA256.hash([1])
        let router = Router()
        router.get("/updates/:id/file") { _, context -> Response in
            guard context.parameters.get("id") == id.hex else { return Response(status: .notFound) }
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: [1, 2, 3])))
        }
        router.get("/adapter") { request, _ in
            let root = request.uri.queryParameters["root"].map(String.init) ?? "final"
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: root)))
        }
        try await Application(router: router).test(.live) { client in
            let port = try #require(client.port)
            let node = try NodeDownload("http://127.0.0.1:\(port)/")
            let file = try await node.updateFile(id)
            #expect(file == [1, 2, 3])
            await #expect(throws: NodeDownloadError.refused("update \(Hash32.zero.hex)", "http://127.0.0.1:\(port)", status: 404)) {
                try await node.updateFile(.zero)
            }
            let (named, final) = (try await node.adapter(id), try await node.adapter(nil))
            #expect(named == Array(id.hex.utf8) && final == Array("final".utf8))
        }
    }

    @Test func saysWhatIsWrongWithAnAddress() {
        for address in ["", "127.0.0.1:8552", "ftp://x"] {
            #expect(throws: NodeDownloadError.badAddress(address)) { try NodeDownload(address) }
        }
    }
}
