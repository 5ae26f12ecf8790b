import BeaconTypes
import Foundation
import GRPCCore
import Primitives
import ServiceInterfaces
import SwiftProtobuf

/// `ethereum.eth.v1alpha1.Node`.
struct NodeService: Ethereum_Eth_V1alpha1_Node.SimpleServiceProtocol {
    let view: ChainView
    let peers: (any PeerDirectory)?
    let serviceNames: [String]

    func getSyncStatus(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_SyncStatus {
        let status = await view.chain.syncStatus()
        return .with { $0.syncing = status.isSyncing }
    }

    func getGenesis(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_Genesis {
        .with {
            $0.genesisTime = Google_Protobuf_Timestamp(seconds: Int64(clamping: view.chain.clock.genesisTime))
            $0.depositContractAddress = Data(view.spec.config.depositContractAddress.bytes)
            $0.genesisValidatorsRoot = view.chain.genesisValidatorsRoot.data
        }
    }

    func getVersion(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_Version {
        .with {
            $0.version = ClientVersion.full
            $0.metadata = "fork \(view.spec.fork.rawValue), \(view.slotsPerEpoch) slots an epoch"
        }
    }

    func listImplementedServices(
        request: Google_Protobuf_Empty, context: ServerContext
    ) async throws -> Ethereum_Eth_V1alpha1_ImplementedServices {
        .with { $0.services = serviceNames.sorted() }
    }

    func getHost(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_HostData {
        let own = await peers?.listing().own
        return .with {
            $0.peerID = own?.id ?? ""
            $0.addresses = own?.addresses ?? []
            $0.enr = own?.enr ?? ""
        }
    }

    func getPeer(request: Ethereum_Eth_V1alpha1_PeerRequest, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_Peer {
        guard let peer = await peers?.listing().peers.first(where: { $0.id == request.peerID }) else {
            throw RPCError.notFound("no peer '\(request.peerID.prefix(80))' is known")
        }
        return .init(peer)
    }

    func listPeers(request: Google_Protobuf_Empty, context: ServerContext) async throws -> Ethereum_Eth_V1alpha1_Peers {
        let listed = await peers?.listing().peers ?? []
        return .with { $0.peers = listed.map { .init($0) } }
    }
}

extension Ethereum_Eth_V1alpha1_Peer {
    fileprivate init(_ peer: PeerListing.Peer) {
        self.init()
        address = peer.addresses.first ?? ""
        direction = peer.direction == "inbound" ? .inbound : .outbound
        enr = peer.enr ?? ""
        connectionState = .connected
        peerID = peer.id
    }
}
