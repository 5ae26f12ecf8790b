/// One projection of the model that carries an adapter.
public struct LoRAModule: Sendable, Hashable {
    /// The module's name in transformers and PEFT, such as `model.layers.0.self_attn.q_proj`.
    public let name: String
    /// The decoder layer, from 0.
    public let layer: Int
    public let target: LoRAConfiguration.Target
    /// Columns of A.
    public let inputSize: Int
    /// Rows of B.
    public let outputSize: Int
    /// Where this module's B starts in the flat values of an adapter, in elements.
    public let offset: Int
    /// Elements of B: `outputSize · rank`.
    public let count: Int

    /// The elements of this module's B in the flat values of an adapter.
    public var range: Range<Int> { offset..<(offset + count) }
}
