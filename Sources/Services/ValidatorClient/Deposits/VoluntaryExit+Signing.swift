public import BLS
public import BeaconTypes
public import Primitives
import StateTransition
import SSZ

extension VoluntaryExit {
    /// Signs the exit. It stays valid on every later fork: the domain is Capella's (EIP-7044).
    ///
    /// - Parameter capellaForkVersion: `CAPELLA_FORK_VERSION` of the chain.
    public func signed(by key: SecretKey, capellaForkVersion: Version, genesisValidatorsRoot: Root) -> SignedVoluntaryExit {
        let domain = computeDomain(Constant.domainVoluntaryExit, capellaForkVersion, genesisValidatorsRoot)
        return SignedVoluntaryExit(message: self, signature: key.sign(computeSigningRoot(self, domain, BeaconSpec.mainnet)))
    }
}
