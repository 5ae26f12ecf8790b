import BeaconTypes
import GRPCCore
public import HTTPDoor
public import Logging
public import ServiceInterfaces

/// The two gRPC doors that Prysm's users know.
public enum PrysmRPC {
    /// What log and errors call the beacon node's door, port 4000.
    public static let beaconName = "beacon gRPC"
    /// What log and errors call the slasher's door, port 4003.
    public static let slasherName = "slasher gRPC"

    /// Package `ethereum.eth.v1alpha1`: the services Node, BeaconChain, BeaconNodeValidator and Health.
    ///
    /// - Parameters:
    ///   - chain: what is read.
    ///   - node: duties, and where votes go.
    ///   - operations: pools, and where evidence and exits go.
    ///   - peers: who this node is and whom it knows.
    ///   - onListening: called once with the bound port.
    public static func beaconDoor(
        chain: any BeaconChainReader, node: any AttestationDuties & ValidatorLookup, operations: any BeaconOperations,
        peers: (any PeerDirectory)?, address: ListenAddress, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> GRPCDoor {
        let view = ChainView(chain: chain)
        let names = [
            Ethereum_Eth_V1alpha1_Node.descriptor, Ethereum_Eth_V1alpha1_BeaconChain.descriptor,
            Ethereum_Eth_V1alpha1_BeaconNodeValidator.descriptor, Ethereum_Eth_V1alpha1_Health.descriptor,
        ].map(\.fullyQualifiedService)
        return GRPCDoor(
            name: beaconName,
            services: [
                NodeService(view: view, peers: peers, serviceNames: names), BeaconChainService(view: view, operations: operations),
                BeaconNodeValidatorService(view: view, node: node, operations: operations), PrysmHealthService(),
            ], serviceNames: names, address: address, logger: logger, onListening: onListening)
    }

    /// Package `ethereum.slashing`: the service Slasher.
    public static func slasherDoor(
        slasher: any SlasherService, chain: any BeaconChainReader, address: ListenAddress, logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> GRPCDoor {
        GRPCDoor(
            name: slasherName, services: [SlasherRPCService(slasher: slasher, spec: chain.spec)],
            serviceNames: [Ethereum_Slashing_Slasher.descriptor.fullyQualifiedService], address: address, logger: logger,
            onListening: onListening)
    }
}
