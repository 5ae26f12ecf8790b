internal import CReproKernels

/// Which of the processor's vector instructions the kernels use. Every choice gives the same bits.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// Any processor: NEON on arm64; on x86-64 baseline instructions with a software fused multiply-add, slow.
    case generic
    case avx2
    case avx512

    var isa: repro_isa {
        switch self {
        case .generic: REPRO_GENERIC
        case .avx2: REPRO_AVX2
        case .avx512: REPRO_AVX512
        }
    }

    /// Whether this processor runs it.
    public var isAvailable: Bool { repro_isa_available(isa) }

    /// The fastest set that this processor runs.
    public static var best: InstructionSet { allCases.last { $0.isAvailable } ?? .generic }
}
