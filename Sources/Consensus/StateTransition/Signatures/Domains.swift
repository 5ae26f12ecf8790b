public import BeaconTypes
public import Primitives
public import SSZ

/// `compute_fork_data_root` (phase0 beacon-chain, Misc).
public func computeForkDataRoot(_ currentVersion: Version, _ genesisValidatorsRoot: Root) -> Root {
    // ForkData is a container of four bytes and a root: its root is one hash.
    let version = Hash32 { (output: UnsafeMutableRawBufferPointer) in
        for index in 0..<4 { output[index] = currentVersion[index] }
    }
    return SHA256.hash(version, genesisValidatorsRoot)
}

/// `compute_domain` (phase0 beacon-chain, Misc).
public func computeDomain(_ domainType: DomainType, _ forkVersion: Version, _ genesisValidatorsRoot: Root) -> Domain {
    let forkDataRoot = computeForkDataRoot(forkVersion, genesisValidatorsRoot)
    return Hash32 { (output: UnsafeMutableRawBufferPointer) in
        for index in 0..<4 { output[index] = domainType[index] }
        for index in 4..<32 { output[index] = forkDataRoot[index - 4] }
    }
}

/// `compute_signing_root` (phase0 beacon-chain, Misc) of an object whose root is known.
public func computeSigningRoot(objectRoot: Root, _ domain: Domain) -> Root {
    // SigningData is a container of two 32-byte fields: its root is one hash.
    SHA256.hash(objectRoot, domain)
}

/// `compute_signing_root` (phase0 beacon-chain, Misc).
public func computeSigningRoot<Object: SSZValue>(_ object: Object, _ domain: Domain, _ shape: Object.Shape) -> Root {
    computeSigningRoot(objectRoot: object.hashTreeRoot(shape), domain)
}

extension CachedBeaconState {
    /// `get_domain` (phase0 beacon-chain, Beacon state accessors), of the state's current epoch by default.
    public func getDomain(_ domainType: DomainType, _ epoch: Epoch? = nil) -> Domain {
        let epoch = epoch ?? currentEpoch
        let forkVersion = epoch < state.fork.epoch ? state.fork.previousVersion : state.fork.currentVersion
        return computeDomain(domainType, forkVersion, state.genesisValidatorsRoot)
    }
}
