import BeaconTypes

/// A protocol of requests: `/eth2/beacon_chain/req/{name}/{version}/ssz_snappy` (phase0, altair and electra p2p-interface), and one of
/// ours in the same frames.
public enum RequestProtocol: String, Sendable, CaseIterable {
    case status
    case goodbye
    case ping
    case metadata
    case beaconBlocksByRange = "beacon_blocks_by_range"
    case beaconBlocksByRoot = "beacon_blocks_by_root"
    case lightClientBootstrap = "light_client_bootstrap"
    case lightClientUpdatesByRange = "light_client_updates_by_range"
    case lightClientFinalityUpdate = "light_client_finality_update"
    case lightClientOptimisticUpdate = "light_client_optimistic_update"
    /// The state after a finalised block, in chunks, for which Ethereum has no protocol between peers.
    case stateByBlockRoot = "state_by_block_root"

    /// The version that Electra speaks.
    public var version: Int {
        switch self {
        case .metadata, .beaconBlocksByRange, .beaconBlocksByRoot: 2
        default: 1
        }
    }

    public var id: String { "/\(self == .stateByBlockRoot ? "polai" : "eth2")/beacon_chain/req/\(rawValue)/\(version)/ssz_snappy" }

    /// Bytes of the request's SSZ; `nil` where there is none, and nothing is written.
    public var requestSize: ClosedRange<Int>? {
        switch self {
        case .status: StatusMessage.size...StatusMessage.size
        case .goodbye, .ping: 8...8
        case .metadata, .lightClientFinalityUpdate, .lightClientOptimisticUpdate: nil
        case .beaconBlocksByRange: 24...24
        case .beaconBlocksByRoot: 0...32 * RequestLimit.maximumBlocks
        case .lightClientBootstrap: 32...32
        case .lightClientUpdatesByRange: 16...16
        case .stateByBlockRoot: StateChunksRequest.size...StateChunksRequest.size
        }
    }

    /// Bytes of the SSZ of one chunk of the answer.
    public var chunkSize: ClosedRange<Int> {
        switch self {
        case .status: StatusMessage.size...StatusMessage.size
        // Whoever is told goodbye answers in kind, or not at all.
        case .goodbye, .ping: 8...8
        case .metadata: MetaData.size...MetaData.size
        case .stateByBlockRoot: StateChunk.headerSize + 1...StateChunk.headerSize + StateChunk.maximumPart
        default: 1...GossipPayload.maximumSize
        }
    }

    public var isForLightClients: Bool {
        switch self {
        case .lightClientBootstrap, .lightClientUpdatesByRange, .lightClientFinalityUpdate, .lightClientOptimisticUpdate: true
        case .status, .goodbye, .ping, .metadata, .beaconBlocksByRange, .beaconBlocksByRoot, .stateByBlockRoot: false
        }
    }

    /// Whether each chunk names the fork of what it holds.
    public var hasContext: Bool {
        switch self {
        case .status, .goodbye, .ping, .metadata: false
        default: true
        }
    }
}

/// Bounds of one request.
public enum RequestLimit {
    /// `MAX_REQUEST_BLOCKS_DENEB`.
    public static let maximumBlocks = 128
    /// `MAX_REQUEST_LIGHT_CLIENT_UPDATES`.
    public static let maximumLightClientUpdates = Int(Constant.maxRequestLightClientUpdates)
    /// Chunks of a state: 2 MiB.
    public static let maximumStateChunks = 16
}
