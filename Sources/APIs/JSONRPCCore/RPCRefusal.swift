/// An error that knows what a caller is told of it.
public protocol RPCRefusal: Error {
    var rpcError: RPCError { get }
}
