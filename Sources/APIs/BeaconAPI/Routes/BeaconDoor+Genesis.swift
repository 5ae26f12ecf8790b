import BeaconTypes
import HTTPDoor
import Hummingbird
import JSON
import Primitives
import ServiceInterfaces

extension BeaconDoor {
    func addGenesisRoute(to routes: RouteTable) {
        routes.get("/eth/v1/beacon/genesis") { _, _ in
            Response.data([
                "genesis_time": .string(String(chain.clock.genesisTime)),
                "genesis_validators_root": .string(chain.genesisValidatorsRoot.hex),
                "genesis_fork_version": .string(spec.config.genesisForkVersion.hex),
            ])
        }
    }
}
