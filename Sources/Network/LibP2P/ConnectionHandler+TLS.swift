import LibP2PProtocols
import NIOCore
import NIOSSL
import NIOTLS

extension ConnectionHandler {
    /// Puts TLS between this handler and the peer; `early` is what the peer has said in it already.
    func startTLS(_ early: ByteBuffer, context: ChannelHandlerContext) {
        // The answer that TLS was agreed on still goes in the clear.
        flush()
        guard !isClosed else { return }
        let verdict = TLSSecurity.Verdict()
        do {
            let handler = try callbacks.tls().handler(
                isDialer: machine.isDialer, expecting: machine.expectedPeer, verdict: verdict)
            self.verdict = verdict
            try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
        } catch {
            return fail(.connection(.tls(.handshake("\(error)"))))
        }
        if early.readableBytes > 0 { context.pipeline.syncOperations.fireChannelRead(NIOAny(early)) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A port that is shared lets peers close one direction; here that is the end.
        if case .inputClosed? = event as? ChannelEvent { fail(.closed) }
        if case .handshakeCompleted(let name)? = event as? TLSUserEvent, let verdict { finishTLS(verdict, name) }
        context.fireUserInboundEventTriggered(event)
    }

    private func finishTLS(_ verdict: TLSSecurity.Verdict, _ applicationProtocol: String?) {
        do throws(ConnectionError) {
            guard let key = verdict.key else { throw .tls(verdict.error ?? .notAuthenticated) }
            take(try machine.secured(key, applicationProtocol: applicationProtocol))
            flush()
        } catch {
            fail(.connection(error))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let verdict, remote == nil else { return fail(.closed) }
        fail(.connection(.tls(verdict.error ?? .handshake("\(error)"))))
    }
}
