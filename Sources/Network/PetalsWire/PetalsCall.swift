/// The calls that a Petals server answers; the names are the protocols of their streams.
public enum PetalsCall {
    private static let handler = "TransformerConnectionHandler."

    /// One request, one answer (`ExpertUID` → `ExpertInfo`).
    public static let info = handler + "rpc_info"
    /// Hidden states through blocks, whole or as a stream of parts.
    public static let forward = handler + "rpc_forward"
    public static let forwardStream = handler + "rpc_forward_stream"
    /// The gradient of the blocks' input from that of their output.
    public static let backward = handler + "rpc_backward"
    public static let backwardStream = handler + "rpc_backward_stream"
    /// A session of steps: the server keeps keys and values of what was given before.
    public static let inference = handler + "rpc_inference"
    /// A step's input from the server before in a chain.
    public static let push = handler + "rpc_push"
}
