/// The ways to write a change ΔB into a file.
///
/// All codecs see the values of the chosen modules one after another in the layout's order, each B row-major
/// `[out, rank]`, as one sequence. A module that is not chosen does not change. Decoding takes no arithmetic beyond
/// exact conversions, so it gives the same FP32 bits on every machine.
public enum UpdateEncoding: String, Sendable, CaseIterable {
    /// Every value in binary16: tensor `values` F16 `[n]`.
    case denseFP16 = "dense-fp16"
    /// One sign a value, one magnitude for each column of B: `signs` U8 `[⌈n/8⌉]`, lowest bit first, 1 for plus;
    /// `scales` F16 `[chosen modules, rank]`.
    case sign1Bit = "sign-1bit"
    /// The largest values of each chunk of 4,096, at two magnitudes: `counts` U16 `[chunks]`; `scales` F16
    /// `[chunks, 2]`, the lower and the higher; `bits` U8 as `TopKCoder` describes.
    case topK2Bit = "topk-2bit"
    /// The rows of B that matter most, one sign a value, one magnitude a module: `scales` F16 `[chosen modules]`;
    /// `code` U8 as `SignRowsCoder` describes.
    case signRows = "sign-rows"
}

/// Which modules of a layout an update changes.
public enum ModuleSelection: Sendable, Equatable {
    /// As many as fit the limit, those first whose encoding carries most of the change a byte.
    case fitting
    /// All modules of these decoder layers.
    case layers(ClosedRange<Int>)
    /// All modules.
    case all
}
